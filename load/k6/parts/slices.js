// Texts with counts that were made here, once for all clients of a run.
import { SharedArray } from "k6/data";
import { Random } from "./random.js";
import { countWords, formatCounts, splitWords } from "./words.js";

/** Files of UTF-8 that the runner has chosen; one sentence where k6 runs a script by itself. */
const BOOKS = JSON.parse(__ENV.BOOKS || "[]");
const SENTENCE = "Call me Ishmael. Some years ago — never mind how long precisely — I thought ";

/**
 * Random slices of the books: `{ text, words, tsv }`, where `tsv` is what the server must answer.
 *
 * @param shape How many there are, and the least and most words of each.
 */
export function makeSlices(name, { count, least, most, seed = 42 }) {
  return new SharedArray(name, () => {
    const words = splitWords(readBooks());
    const random = new Random(seed);
    return Array.from({ length: count }, () => {
      const length = Math.min(random.between(least, most), words.length);
      const start = random.below(words.length - length + 1);
      const text = words.slice(start, start + length).join(" ");
      return { text, words: length, tsv: formatCounts(countWords(text)) };
    });
  });
}

function readBooks() {
  if (BOOKS.length === 0) return SENTENCE.repeat(1000);
  // A byte order mark at the start of a text is none of its words for the server.
  return BOOKS.map((path) => open(path).split("\ufeff").join("")).join("\n");
}

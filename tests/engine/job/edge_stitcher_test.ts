import { assertEquals } from "@std/assert";
import { EdgeStitcher, parseEdges } from "../../../src/engine/job/edge_stitcher.ts";
import { Random } from "../../support/random.ts";

/** A chunk's edge words as the kernel writes them. */
function block(words: string[], n: number): Uint8Array {
  const records = (list: string[]) =>
    list.flatMap((word) => [word.length, 0, 0, 0, ...new TextEncoder().encode(word)]);
  const head = records(words.slice(0, n - 1));
  const tail = records(words.slice(-(n - 1)));
  const bytes = new Uint8Array([...Array(8).fill(0), ...head, ...tail]);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, words.length, true);
  view.setUint32(4, 8 + head.length, true);
  return bytes;
}

function readRecords(records: Uint8Array): string[] {
  const view = new DataView(records.buffer);
  const keys = [];
  for (let at = 0; at < records.length;) {
    const end = at + 4 + view.getUint32(at, true);
    keys.push(new TextDecoder().decode(records.subarray(at + 4, end)));
    at = end;
  }
  return keys;
}

const ngrams = (words: string[], n: number) =>
  words.slice(0, Math.max(0, words.length - n + 1)).map((_, i) => words.slice(i, i + n).join(" "));

Deno.test("EdgeStitcher gives the n-grams that no chunk holds whole, in any order of chunks", () => {
  const random = new Random(7);
  for (let round = 0; round < 300; round++) {
    const n = random.between(2, 5);
    const chunks = Array.from(
      { length: random.between(1, 12) },
      (_, chunk) => Array.from({ length: random.below(8) }, (_, i) => `w${chunk}_${i}`),
    );
    const stitcher = new EdgeStitcher(n, 0x20);
    const order = chunks.map((_, part) => part).sort(() => random.below(3) - 1);
    for (const part of order) stitcher.add(part, parseEdges(block(chunks[part], n)));
    const whole = ngrams(chunks.flat(), n);
    const inside = new Set(chunks.flatMap((words) => ngrams(words, n)));
    const expected = whole.filter((key) => !inside.has(key));
    assertEquals(readRecords(stitcher.records()), expected, `seed 7, round ${round}`);
    const { tokens, head, tail } = stitcher.edges;
    const words = chunks.flat();
    const texts = [head, tail].map((each) => each.map((word) => new TextDecoder().decode(word)));
    assertEquals(tokens, words.length);
    assertEquals(texts, [words.slice(0, n - 1), words.slice(-(n - 1))]);
  }
});

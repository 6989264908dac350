/**
 * Writes the word-break cases that the tests read: the texts of Unicode 17's WordBreakTest.txt,
 * and where the oracle breaks them. A checkout that has that file beside it compares all of them.
 *
 *     deno run -A tests/support/oracle/generate_word_break_cases.ts
 *
 * @see https://www.unicode.org/Public/17.0.0/ucd/auxiliary/WordBreakTest.txt
 */
import { wordBoundaries } from "./oracle_unicode.ts";

/** Where the cases are kept. */
export const WORD_BREAK_CASES = new URL("./word_break_cases.txt", import.meta.url);

/** One text for each class of characters, and for each state between two of them. */
// deno-fmt-ignore: in rows, as they belong together
const SAMPLES = [
  "\r", "\n", "\v", "\u0300", "\u00ad", "\u3031", "\u24c2", "A", ":", ",", ".", "0", "_",
  "\u{1f1e6}", "\u05d0", '"', "'", "\u200d", "\u00a9", " ", "\0",
  "a\u2060", "a:", "a'", "a'\u2060", "a,", "1:", "1'", "1,", "1.\u2060",
];

/** What stands between two samples, or nothing. */
const MARK = "\u0308";

/** Sequences of emoji, flags, scripts and punctuation. */
// deno-fmt-ignore: in rows, as they belong together
const SEQUENCES = [
  "\r\na\n\u0308", "a\u0308", " \u200d\u0646", "\u0646\u200d ",
  "\u0671\u0644\u0631\u064e\u0651\u062d\u0650\u064a\u0645\u0650 \u06dd\u0661",
  "\u0721\u0719\u0721\u0718\u072a\u0710 \u070f\u071d\u0717", "\u072c\u070f\u072b\u0712\u0718",
  "AAA", "A:A", "A::A", "\u05d0'", '\u05d0"\u05d0', "A00A", "0,0", "0,,0", "\u3031\u3031",
  "A_0_\u3031_", "A__A", "🇦🇧🇨b", "a🇦🇧🇨b", "a🇦🇧\u200d🇨b", "a🇦\u200d🇧🇨b",
  "a🇦🇧🇨🇩b", "👶🏿👶", "🛑\u200d🛑", "a\u200d🛑", "✁\u200d✁", "a\u200d✁",
  "👶🏿\u0308\u200d👶🏿", "🛑🏿", "\u200d🛑🏿", "\u200d🛑", "\u200d🛑", "🛑🛑",
  "a\u0308\u200d\u0308b", "a  b",
];

/** All texts, in the order of the standard's file. */
function* texts(): Generator<string> {
  for (const first of SAMPLES) {
    for (const second of SAMPLES) yield* [first + second, first + MARK + second];
  }
  yield* SEQUENCES;
  for (const head of ["1", "a"]) {
    for (const middle of [":", ".", ","]) {
      for (const next of [":", ".", ","]) {
        for (const tail of ["1", "a"]) {
          for (const begin of [head, `${head}_1`, `${head}_a`]) yield begin + middle + next + tail;
        }
      }
    }
  }
}

/** One case a line: `÷ 0061 × 0308 ÷`, with ÷ where a word ends and × where none does. */
export function generateWordBreakCases(): string {
  const lines: string[] = [];
  for (const text of texts()) {
    const codePoints = [...text].map((char) => char.codePointAt(0)!);
    const boundaries = new Set(wordBoundaries(codePoints));
    const marked = codePoints.map((codePoint, at) => {
      const hex = codePoint.toString(16).toUpperCase().padStart(4, "0");
      return `${boundaries.has(at) ? "÷" : "×"} ${hex}`;
    });
    lines.push(`${marked.join(" ")} ÷\n`);
  }
  return lines.join("");
}

if (import.meta.main) await Deno.writeTextFile(WORD_BREAK_CASES, generateWordBreakCases());

/** How often each key was counted. */
export type KeyCount = Map<string, number>;

/** So many numbers stand before the first word that no reader still guesses there. */
const NUMBERS = 50_000;

/** Keys that readers take for something else, one line each. */
// deno-fmt-ignore: in rows, as they belong together
const LINE_KEYS: readonly string[] = [
  // for nothing
  "NA", "N/A", "null", "NULL", "nan", "NaN", "None", "", "\\N",
  // for numbers, truth, dates, times and identifiers
  "007", "1e5", "0x1f", "+5", "-1", "-inf", "1_000", "true", "False",
  "2024-01-02", "01/02/2024", "12:30:00", "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
  // for syntax
  '"', '"c" d', 'a"b', 'say "x", y', "'", "a,b", "a;b", "\\", "\\t", "#x", "{}", "[1]",
  " lead", "trail ", "=1+1", "key", "count",
  // for the end of a line, or for a byte order mark
  "\u2028", "a\x85b", "\x0b", "\ufeffx", "é😀",
];

/** Likewise, but for TSV: a key that holds one of its ends is none of its. */
// deno-fmt-ignore: in rows, as they belong together
export const OTHER_KEYS: readonly string[] = [
  "\r", "a\rb", "a\r\nb", "\n", "a\nb", 'q"\n"r', "\t", "a\tb", "a\t5\nb",
];

/** Numbers twice, which then stand first, half of them long; and each key once. */
export function makeWords(others: readonly string[]): string[] {
  const numbers = Array.from(
    { length: NUMBERS },
    (_, i) => i < NUMBERS / 2 ? `${i}` : `${i}`.padStart(60, "1"),
  );
  return [...numbers, ...numbers, ...LINE_KEYS, ...others];
}

import { spaceSoup } from "../support/oracle/generate_text.ts";
import { tokenize } from "../support/oracle/oracle.ts";
import { BUILDS } from "../support/probe.ts";
import { compileScanners, scanText } from "../support/scan.ts";
import { testScanner } from "../support/scanner_suite.ts";
import { assertSame } from "../support/assert_same.ts";

testScanner("Whitespace", "whitespace", spaceSoup);

/** Every code point between two letters, in rows, and the words of each row. */
const rows = Array.from({ length: 0x1100 }, (_, row) => row * 0x100)
  .filter((first) => first < 0xd800 || first >= 0xe000) // surrogates are not text
  .map((first) => {
    let row = "";
    for (let i = 0; i < 0x100; i++) row += `a${String.fromCodePoint(first + i)}b`;
    return { first, row, words: tokenize(row, "whitespace") };
  });

for (const build of BUILDS) {
  Deno.test(`scanWhitespace() splits at Python's whitespace and nothing else (${build})`, async () => {
    const probe = await compileScanners(build);
    for (const { first, row, words } of rows) {
      const scanned = scanText(probe, "Whitespace", new TextEncoder().encode(row));
      assertSame(scanned.words, words, () => `U+${first.toString(16)} and up`);
    }
  });

  Deno.test(`scanWhitespace() sees wide whitespace at every offset (${build})`, async () => {
    const probe = await compileScanners(build);
    for (const space of ["\x85", "\xa0", "\u1680", "\u2009", "\u202f", "\u205f", "\u3000"]) {
      for (let before = 0; before < 200; before++) {
        const text = "x".repeat(before) + space + "y".repeat(130);
        const words = scanText(probe, "Whitespace", new TextEncoder().encode(text)).words;
        assertSame(
          words,
          text.split(space).filter((word) => word !== ""),
          () => `offset ${before}`,
        );
      }
      for (const before of [8189, 8190, 8191, 8192]) { // across the end of a sub-block
        const text = "x ".repeat(before / 2) + "z".repeat(before % 2) + space + space + "y";
        const words = scanText(probe, "Whitespace", new TextEncoder().encode(text)).words;
        assertSame(words, tokenize(text, "whitespace"), () => `offset ${before}`);
      }
    }
  });
}

import { assert, assertEquals } from "@std/assert";
import { countNaive, formatTsv, keysOf, tokenize } from "../support/oracle/oracle.ts";
import { wordBoundaries } from "../support/oracle/oracle_unicode.ts";
import {
  generateWordBreakCases,
  WORD_BREAK_CASES,
} from "../support/oracle/generate_word_break_cases.ts";
import {
  boundaryCases,
  type BoundaryFile,
  boundaryFiles,
  corpora,
  expectedTsv,
  unicodeBoundaryFiles,
} from "../support/oracle/oracle_files.ts";

for (const file of boundaryFiles()) {
  Deno.test(`wordBoundaries() agrees with every line of ${file.name}`, () => {
    let cases = 0;
    for (const { codePoints, boundaries, line } of boundaryCases(file)) {
      assertEquals(wordBoundaries(codePoints), boundaries, line);
      cases++;
    }
    assertEquals(cases, file.cases);
  });
}

Deno.test("word_break_cases.txt is what its generator writes", async () => {
  const written = await Deno.readTextFile(WORD_BREAK_CASES);
  assert(
    written === generateWordBreakCases(),
    "run tests/support/oracle/generate_word_break_cases.ts",
  );
});

for (const file of unicodeBoundaryFiles()) {
  Deno.test("word_break_cases.txt holds every case of Unicode's WordBreakTest.txt", () => {
    const plain = (cases: BoundaryFile) =>
      [...boundaryCases(cases)].map(({ codePoints, boundaries }) => [codePoints, boundaries]);
    assertEquals(plain({ ...file, path: WORD_BREAK_CASES }), plain(file));
  });
}

for (const corpus of corpora()) {
  Deno.test(`countNaive() gives the expected words of ${corpus.name}`, () => {
    const text = Deno.readFileSync(corpus.path);
    const words = formatTsv(countNaive(text, "unicode"));
    assert(words === expectedTsv("uax29", corpus), "unicode, folded");
    const split = formatTsv(countNaive(text, "whitespace", { case: "preserve" }));
    assert(split === expectedTsv("split", corpus), "whitespace, preserved");
  });
}

Deno.test("tokenize() keeps an apostrophe in an ascii word only between letters or digits", () => {
  const tokens = tokenize("'tis o'clock dogs' rock''n'roll 7'6é don't", "ascii");
  assertEquals(tokens, ["tis", "o'clock", "dogs", "rock", "n'roll", "7'6", "don't"]);
});

Deno.test("tokenize() counts empty lines and drops a CR only before an LF", () => {
  assertEquals(tokenize("", "lines"), []);
  assertEquals(tokenize("\n", "lines"), [""]);
  assertEquals(tokenize("a\r\n\r\n\nb\rc\r\r\n\r", "lines"), ["a", "", "", "b\rc\r", "\r"]);
});

Deno.test("tokenize() splits at the whitespace of Python and at nothing else", () => {
  assertEquals(tokenize("a\x1cb\x85c\xa0d\u3000e\ufefff\u200bg\x00h", "whitespace"), [
    ..."abcd",
    "e\ufefff\u200bg\x00h",
  ]);
});

Deno.test("keysOf() joins n-grams, and ends them at a line when lineBound", () => {
  assertEquals(keysOf("A b c\nd", "unicode", { ngram: 2 }), ["a b", "b c", "c d"]);
  assertEquals(keysOf("A b c\nd", "unicode", { ngram: 2, lineBound: true }), ["a b", "b c"]);
  assertEquals(keysOf("a\n\nb", "lines", { lineBound: true }), ["a", "", "b"]);
});

Deno.test("keysOf() folds fully, normalizes around it and then filters", () => {
  assertEquals(keysOf("Straße STRASSE", "unicode"), ["strasse", "strasse"]);
  assertEquals(keysOf("e\u0301 É", "unicode", { nfc: true }), ["é", "é"]);
  const filters = { minChars: 2, maxChars: 3, stopWords: ["aab"], prefix: "a" };
  assertEquals(keysOf("A ab AAB aabb abc bb", "unicode", filters), ["ab", "abc"]);
});

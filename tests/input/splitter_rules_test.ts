import { assert, assertEquals } from "@std/assert";
import { lastSafeSplit } from "../../src/input/splitter_rules.ts";
import { brokenUtf8, GENERATORS, type TextGenerator } from "../support/oracle/generate_text.ts";
import { decodeUtf8, keysOf, type OracleTokenizer, tokenize } from "../support/oracle/oracle.ts";
import { isPictographic, wordBreakOf } from "../support/oracle/oracle_properties.ts";
import { freshSeed, Random } from "../support/random.ts";

const CASES = Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000) / 4;
const TOKENIZERS: OracleTokenizer[] = ["unicode", "whitespace", "ascii", "lines"];
const encoder = new TextEncoder();

/** What separates, and what could join across it: spaces, marks (one Alphabetic), joiners. */
const separatorSoup: TextGenerator = (random, size) => {
  const chars = [
    ..."  \t\n\r-/(a中é1א\u3000\u2003\u205f\u0301\u{16f82}\u200d\u00ad'\".:,_©⌚\u{1f1e6}ア",
  ];
  return Array.from({ length: size }, () => random.pick(chars)).join("");
};

for (const tokenizer of TOKENIZERS) {
  Deno.test(`lastSafeSplit() never changes the tokens of ${tokenizer}`, () => {
    const seed = freshSeed();
    const random = new Random(seed);
    let splits = 0;
    for (let i = 0; i < CASES; i++) {
      const size = random.pick([4, 20, 80]);
      const generate = random.pick([separatorSoup, ...Object.values(GENERATORS)]);
      const text = random.oneIn(4)
        ? brokenUtf8(random, size)
        : encoder.encode(generate(random, random.oneIn(2) ? 5 : size));
      const length = random.below(text.length + 1);
      const split = lastSafeSplit(text, length, tokenizer);
      assert(split >= 0 && split <= length);
      if (split === 0) continue;
      splits++;
      const parts = [text.subarray(0, split), text.subarray(split)];
      const note = `MILLRACE_SEED=${seed}, case ${i}: ${text.toHex()} at ${split}`;
      assertEquals(parts.map(decodeUtf8).join(""), decodeUtf8(text), note);
      const tokens = parts.flatMap((part) => tokenize(part, tokenizer));
      assertEquals(tokens, tokenize(text, tokenizer), note);
    }
    assert(splits > 300, `only ${splits} texts were split`);
  });
}

Deno.test("lastSafeSplit() never changes the unicode words of any four characters", () => {
  const chars = [..." \u3000\u2003\t\n-'a中⌚\u200d\u{16f82}"]; // the last is a mark and Alphabetic
  for (let number = 0; number < chars.length ** 4; number++) {
    let text = "";
    for (let rest = number; text.length < 4; rest = Math.floor(rest / chars.length)) {
      text += chars[rest % chars.length];
    }
    const bytes = encoder.encode(text);
    const words = tokenize(bytes, "unicode");
    const splits = new Set(bytes.keys().map((at) => lastSafeSplit(bytes, at, "unicode")));
    for (const split of splits) {
      const parts = [bytes.subarray(0, split), bytes.subarray(split)];
      const tokens = parts.flatMap((part) => tokenize(part, "unicode"));
      assertEquals(tokens, words, `${bytes.toHex()} at ${split}`);
    }
  }
});

Deno.test("lastSafeSplit() never changes the words of Intl.Segmenter", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (const locale of ["en", "th", "ja"]) {
    const segmenter = new Intl.Segmenter(locale, { granularity: "word" });
    const words = (bytes: Uint8Array) =>
      [...segmenter.segment(decodeUtf8(bytes))]
        .filter((segment) => segment.isWordLike)
        .map((segment) => segment.segment);
    const dictionary = () => random.pick([..."日本語がนี่คือภาษาไทยကခ ខ្មែរa b\n"]);
    const soup = () => Array.from({ length: 60 }, dictionary).join("");
    for (let i = 0; i < 600; i++) {
      const generate = random.pick([separatorSoup, ...Object.values(GENERATORS)]);
      const text = encoder.encode(random.oneIn(2) ? soup() : generate(random, 80));
      const split = lastSafeSplit(text, random.below(text.length + 1), "icu");
      const parts = [text.subarray(0, split), text.subarray(split)];
      const note = `MILLRACE_SEED=${seed}, ${locale}, case ${i}: ${text.toHex()} at ${split}`;
      assertEquals(parts.flatMap(words), words(text), note);
    }
  }
});

Deno.test("lastSafeSplit() keeps lines whole when n-grams end with them", () => {
  const random = new Random(1);
  const options = { ngram: 3, lineBound: true };
  for (let i = 0; i < 500; i++) {
    const text = encoder.encode(GENERATORS.prose(random, 300));
    const split = lastSafeSplit(text, text.length, "unicode", true);
    assert(split === 0 || text[split - 1] === 0x0a);
    const parts = [text.subarray(0, split), text.subarray(split)];
    const keys = parts.flatMap((part) => keysOf(part, "unicode", options));
    assertEquals(keys, keysOf(text, "unicode", options));
  }
});

Deno.test("lastSafeSplit() relies on characters that join nothing on their left", () => {
  const other = (codePoint: number) =>
    wordBreakOf(codePoint) === "Other" && !isPictographic(codePoint);
  for (let codePoint = 0x4000; codePoint < 0xa000; codePoint++) assert(other(codePoint));
  for (let codePoint = 0x21; codePoint < 0x80; codePoint++) {
    const text = encoder.encode("a" + String.fromCodePoint(codePoint));
    const split = lastSafeSplit(text, 2, "unicode");
    assertEquals(split, other(codePoint) ? 1 : 0, String.fromCodePoint(codePoint));
  }
});

Deno.test("lastSafeSplit() finds a split near the end of real text", () => {
  const random = new Random(2);
  for (const name of ["prose", "logLines", "csvRows"]) {
    for (const tokenizer of ["unicode", "whitespace", "ascii", "icu"] as const) {
      const text = encoder.encode(GENERATORS[name](random, 2000));
      const split = lastSafeSplit(text, text.length, tokenizer);
      assert(text.length - split < 150, `${name}, ${tokenizer}: ${split} of ${text.length}`);
    }
  }
  const han = encoder.encode("中國".repeat(100));
  assertEquals(lastSafeSplit(han, han.length - 1, "unicode"), han.length - 3);
  assertEquals(lastSafeSplit(han, han.length, "whitespace"), 0);
  const wide = encoder.encode("中國\u3000中國");
  assertEquals(lastSafeSplit(wide, wide.length, "whitespace"), 6);
});

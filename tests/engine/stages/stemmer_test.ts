import { assert, assertEquals } from "@std/assert";
import { STEM_CODES, type StemLanguage } from "../../../src/contract/expressions/stem_languages.ts";
import { loadStemmer } from "../../../src/engine/stages/stemmer.ts";

const SAMPLES = new URL("fixtures/snowball.tsv", import.meta.url);

Deno.test("loadStemmer() gives the stems that Snowball publishes", async () => {
  const rows = (await Deno.readTextFile(SAMPLES)).trimEnd().split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.split("\t"));
  assertEquals(rows.length, 16 * 24);
  for (const [language, word, stem] of rows) {
    const toStem = await loadStemmer(language as StemLanguage);
    assertEquals([language, word, toStem(word)], [language, word, stem]);
  }
});

Deno.test("loadStemmer() has every language that is named, and one stemmer of each", async () => {
  for (const code of STEM_CODES) {
    const stem = await loadStemmer(code);
    assertEquals(stem("2026"), "2026", code);
    assert(await loadStemmer(code) === stem);
  }
});

Deno.test("loadStemmer() stems each word of a key, in Normalization Form C", async () => {
  const english = await loadStemmer("en");
  assertEquals(english("running dogs"), "run dog");
  assertEquals(english(" dogs  dogs "), " dog  dog ");
  const french = await loadStemmer("fr");
  const words = ["continué", "continué".normalize("NFD")];
  assertEquals(words.map(french), ["continu", "continu"]);
});

Deno.test("loadStemmer() leaves a word that has no stem, or that is too long for a word", async () => {
  const english = await loadStemmer("en");
  assertEquals(["", "'", "''", "\u{fffd}", "日本語"].map(english), [
    "",
    "'",
    "''",
    "\u{fffd}",
    "日本語",
  ]);
  const [long, longer] = ["s".padStart(255, "a"), "s".padStart(256, "a")];
  assertEquals([english(long).length, english(longer)], [254, longer]);
  assertEquals(english("x".repeat(10_000_000)).length, 10_000_000);
});

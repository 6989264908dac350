import { assertEquals, assertThrows } from "@std/assert";
import { COUNT_PARAMETERS, createCountOptions, DEFAULT_COUNT_OPTIONS } from "../src/options.ts";
import { checkParameter, type Parameter } from "../src/parameters.ts";
import { loadStopWords, STOP_LANGUAGES } from "../src/stop_words.ts";

Deno.test("createCountOptions() fills the defaults", () => {
  assertEquals(createCountOptions(), DEFAULT_COUNT_OPTIONS);
  const options = createCountOptions({ top: 0, tokenizer: "ascii" });
  assertEquals(options, { ...DEFAULT_COUNT_OPTIONS, top: 0, tokenizer: "ascii" });
});

Deno.test("createCountOptions() refuses unknown names and values", () => {
  const give = (options: unknown) => () => createCountOptions(options as { top: number });
  assertThrows(give({ tops: 1 }), TypeError, "no such option");
  for (
    const bad of [{ top: -1 }, { top: "5" }, { n: 1.5 }, { case: "Fold" }, { lineBound: "true" }]
  ) {
    assertThrows(give(bad), RangeError, "is not");
  }
  for (
    const bad of [{ stop: ["xx"] }, { stopWords: [""] }, { charset: "klingon" }, { locale: "-" }]
  ) {
    assertThrows(give(bad), RangeError, "is not");
  }
});

Deno.test("every default is a value that its own parameter allows", () => {
  for (const [name, parameter] of Object.entries<Parameter>(COUNT_PARAMETERS)) {
    checkParameter(name, parameter, parameter.default);
  }
});

Deno.test("loadStopWords() finds a list for every language", async () => {
  assertEquals(await loadStopWords(DEFAULT_COUNT_OPTIONS), DEFAULT_COUNT_OPTIONS);
  for (const language of STOP_LANGUAGES) {
    const options = createCountOptions({ stop: [language], stopWords: ["zzz"] });
    const { stopWords } = await loadStopWords(options);
    assertEquals(stopWords[0], "zzz");
    assertEquals(
      stopWords.length > 20 && stopWords.every((word) => typeof word === "string"),
      true,
    );
  }
});

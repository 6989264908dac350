import { assertEquals, assertThrows } from "@std/assert";
import {
  COUNT_PARAMETERS,
  createCountOptions,
  DEFAULT_COUNT_OPTIONS,
  settleOptions,
} from "../../src/contract/options.ts";
import { checkParameter, type Parameter } from "../../src/contract/parameters.ts";

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

Deno.test("createCountOptions() refuses text that UTF-8 cannot say", () => {
  assertThrows(() => createCountOptions({ prefix: "\ud800" }), RangeError, "is not");
  assertThrows(() => createCountOptions({ stopWords: ["a", "\udc00"] }), RangeError, "is not");
});

Deno.test("settleOptions() preserves the case of lines and of words, unless the case is said", () => {
  const rows = [
    [{}, false, "fold"],
    [{}, true, "preserve"],
    [{ tokenizer: "lines" }, false, "preserve"],
    [{ tokenizer: "icu" }, false, "fold"],
    [{ tokenizer: "lines", case: "fold" }, false, "fold"],
    [{ case: "fold" }, true, "fold"],
    [{ case: "preserve" }, false, "preserve"],
  ] as const;
  for (const [given, ofWords, folding] of rows) {
    const options = createCountOptions(given);
    const settled = settleOptions(options, ofWords);
    assertEquals(settled, { ...options, case: folding });
    assertEquals(settleOptions(options, ofWords) === settled, true, "the same object");
  }
});

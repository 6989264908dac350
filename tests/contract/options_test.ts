import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  COUNT_PARAMETERS,
  createCountOptions,
  DEFAULT_COUNT_OPTIONS,
  isLargestFirst,
} from "../../src/contract/options.ts";
import { settleOptions } from "../../src/contract/settle_options.ts";
import { checkParameter } from "../../src/contract/parameters.ts";
import { OPTION_TABLES } from "../support/option_tables.ts";

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

Deno.test("COUNT_PARAMETERS and the other tables allow each of their own defaults", () => {
  for (const { parameters } of OPTION_TABLES) {
    for (const [name, parameter] of Object.entries(parameters)) {
      checkParameter(name, parameter, parameter.default);
    }
  }
});

Deno.test("CountOptions and the other interfaces say the defaults of the tables", async () => {
  for (const { name, file, parameters } of OPTION_TABLES) {
    const url = new URL(`../../src/contract/${file}.ts`, import.meta.url);
    const text = await Deno.readTextFile(url);
    const whole = new RegExp(`export interface ${name}\\b[^{]*\\{\\n(.+?)\\n\\}`, "s");
    const [, body] = whole.exec(text)!;
    const members = body.matchAll(/@default \{(.+?)\}\s*(?:\*\s*)?\*\/\s*(\w+)\??:/gs);
    const said = [...members].map(([, value, member]) => [member, readDefault(value)]);
    const defaults = Object.entries(parameters).map(([each, { default: value }]) => [each, value]);
    assertEquals(Object.fromEntries(said), Object.fromEntries(defaults), name);
  }
});

/** A default as comments write it: a value, and what that means where it does not say so itself. */
function readDefault(text: string): unknown {
  return JSON.parse(text.replace(/: [^"]+$/, ""));
}

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
    [{ tokenizer: "template" }, false, "preserve"],
    [{ tokenizer: "pattern", patterns: ["A"] }, false, "preserve"],
    [{ tokenizer: "lines", case: "fold" }, false, "fold"],
    [{ case: "fold" }, true, "fold"],
    [{ case: "preserve" }, false, "preserve"],
  ] as const;
  for (const [given, ofWords, folding] of rows) {
    const options = createCountOptions(given);
    const settled = settleOptions(options, ofWords);
    assertEquals(settled, { ...options, case: folding });
    assertStrictEquals(settleOptions(options, ofWords), settled);
  }
});

Deno.test("isLargestFirst() knows two names of one order", () => {
  const found = COUNT_PARAMETERS.order.values.filter(isLargestFirst);
  assertEquals(found, ["count", "value"]);
});

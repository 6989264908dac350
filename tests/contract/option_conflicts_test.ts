import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { findConflict } from "../../src/contract/option_conflicts.ts";
import {
  type CountOptions,
  createCountOptions,
  DEFAULT_COUNT_OPTIONS,
} from "../../src/contract/options.ts";

const REFUSED: [Partial<CountOptions>, parameter: string, other: string][] = [
  [{ minLength: 3, maxLength: 2 }, "minLength", "maxLength"],
  [{ min: 3, max: 2 }, "min", "max"],
  [{ locale: "th" }, "locale", "tokenizer"],
  [{ locale: "en-GB", tokenizer: "lines" }, "locale", "tokenizer"],
  [{ keepCR: true }, "keepCR", "tokenizer"],
  [{ keepCR: true, tokenizer: "whitespace" }, "keepCR", "tokenizer"],
  [{ stopMode: "all" }, "stopMode", "stop"],
  [{ stopMode: "all", n: 2 }, "stopMode", "stop"],
  [{ keep: ["not"] }, "keep", "stop"],
  [{ keep: ["not"], stopWords: ["not"] }, "keep", "stop"],
  [{ borders: ["g"] }, "borders", "partition"],
  [{ partition: "range" }, "partition", "borders"],
  [{ partition: "range", borders: ["g", "g"] }, "borders", "borders"],
  [{ partition: "range", borders: ["a", "n", "g"] }, "borders", "borders"],
  [{ partition: "range", borders: ["ab", "a"] }, "borders", "borders"],
  [{ partition: "range", borders: ["a", "Z"] }, "borders", "borders"],
  [{ partition: "range", borders: ["\u{1f600}", "\uffee"] }, "borders", "borders"],
];

for (const [given, parameter, other] of REFUSED) {
  Deno.test(`findConflict() finds what keeps ${JSON.stringify(given)} from its effect`, () => {
    const conflict = findConflict({ ...DEFAULT_COUNT_OPTIONS, ...given });
    assertEquals([conflict?.parameter, conflict?.other], [parameter, other]);
    assertThrows(() => createCountOptions(given), RangeError, `option ${parameter}`);
  });
}

const REFUSED_BESIDE_A_KERNEL: [Partial<CountOptions>, parameter: string][] = [
  [{ tokenizer: "lines" }, "tokenizer"],
  [{ tokenizer: "lines", keepCR: true }, "tokenizer"],
  [{ n: 2 }, "n"],
  [{ lineBound: true }, "lineBound"],
  [{ keepCR: true }, "keepCR"],
  [{ locale: "th" }, "locale"],
];

for (const [given, parameter] of REFUSED_BESIDE_A_KERNEL) {
  Deno.test(`findConflict() finds that a kernel does not read ${JSON.stringify(given)}`, () => {
    const options = { ...DEFAULT_COUNT_OPTIONS, ...given };
    const { reason, ...conflict } = findConflict(options, "log-status")!;
    assertEquals([conflict.parameter, conflict.other], [parameter, "kernel"]);
    assertStringIncludes(reason, "kernel=log-status does not read it");
    const name = parameter as keyof CountOptions;
    assertEquals([conflict.value, conflict.allowed], [options[name], DEFAULT_COUNT_OPTIONS[name]]);
  });
}

Deno.test("findConflict() lets pass what a kernel's keys are cut by", () => {
  const given = { case: "fold", normalization: "nfc", stop: ["en"], prefix: "a", top: 5 } as const;
  assertEquals(findConflict({ ...DEFAULT_COUNT_OPTIONS, ...given }, "log-status"), undefined);
  const stopMode = findConflict({ ...DEFAULT_COUNT_OPTIONS, stopMode: "all" }, "log-status");
  assertEquals(stopMode?.parameter, "stopMode");
});

Deno.test("findConflict() says which two borders are not in order", () => {
  const conflict = (borders: string[]) =>
    findConflict({ ...DEFAULT_COUNT_OPTIONS, partition: "range", borders })!;
  const { value, reason } = conflict(["a", "n", "g", "b"]);
  assertEquals(value, ["n", "g"]);
  assertStringIncludes(reason, "its items 2 and 3, 'n' and 'g', are not in order");
  assertStringIncludes(conflict(["g", "g"]).reason, "'g' and 'g', are one key");
});

const TAKEN: Partial<CountOptions>[] = [
  { partition: "range", borders: ["a"] },
  { partition: "range", borders: ["Z", "a", "ab", "b", "é", "\uffee", "\u{1f600}"] },
  { lineBound: true },
  { minLength: 3, maxLength: 0 },
  { minLength: 3, maxLength: 3 },
  { locale: "th", tokenizer: "icu" },
  { locale: "en", tokenizer: "lines" },
  { keepCR: true, tokenizer: "lines" },
  { stopMode: "all", stopWords: ["a"] },
  { stopMode: "all", stop: ["en"], n: 1 },
  { keep: ["not"], stop: ["de"] },
  { case: "preserve", stop: ["en"] },
  { n: 5, tokenizer: "lines", normalization: "nfc" },
  { ...DEFAULT_COUNT_OPTIONS },
];

for (const given of TAKEN) {
  Deno.test(`findConflict() lets ${JSON.stringify(given).slice(0, 80)} pass`, () => {
    assertEquals(findConflict(createCountOptions(given)), undefined);
  });
}

import { assertEquals } from "@std/assert";
import { COUNT_PARAMETERS } from "../../src/contract/options.ts";
import { parseParameter } from "../../src/contract/parameters.ts";
import { isUtf8, readInteger } from "../../src/contract/parameter_texts.ts";

const parse = (name: keyof typeof COUNT_PARAMETERS, ...texts: string[]) =>
  parseParameter(name, COUNT_PARAMETERS[name], texts);

Deno.test("parseParameter() takes booleans as other languages write them", () => {
  for (const text of ["true", "True", "TRUE", "1", "yes", "YES", "on", " true "]) {
    assertEquals(parse("lineBound", text), true, text);
  }
  for (const text of ["false", "False", "0", "no", "Off"]) {
    assertEquals(parse("lineBound", text), false, text);
  }
});

const INTEGERS: [text: string, value: number][] = [
  ["100000", 100_000],
  ["1e5", 100_000],
  ["1e+05", 100_000],
  ["1e 05", 100_000],
  ["1E5", 100_000],
  ["100000.0", 100_000],
  ["100000.", 100_000],
  ["1.5e1", 15],
  ["1500e-2", 15],
  ["+5", 5],
  [" 5 ", 5],
  ["0005", 5],
  ["0", 0],
  ["0e999", 0],
  [".5e1", 5],
  ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ["1e400", Infinity],
  ["99999999999999999999999999", Infinity],
  ["1e9999", Infinity],
  ["1.5", NaN],
  ["9007199254740990.9999999", NaN],
  ["1e-3", NaN],
  ["5e-1", NaN],
  ["", NaN],
  [".", NaN],
  ["e5", NaN],
  ["-5", -5],
  ["-1e2", -100],
  ["-", NaN],
  ["--5", NaN],
  ["-+5", NaN],
  ["1_000", NaN],
  ["1,000", NaN],
  ["0x10", NaN],
  ["NaN", NaN],
  ["Infinity", NaN],
  ["٣", NaN],
  ["5 apples", NaN],
  ["1e99999", NaN],
];

for (const [text, value] of INTEGERS) {
  Deno.test(`readInteger() reads '${text}' as ${value}`, () => {
    assertEquals(readInteger(text), value);
  });
}

Deno.test("parseParameter() takes choices in any case, and gives them as they are named", () => {
  assertEquals(parse("tokenizer", "Unicode"), "unicode");
  assertEquals(parse("case", " FOLD"), "fold");
  assertEquals(parse("charset", "UTF8"), "utf-8");
  for (const text of ["AUTO", "Auto", " auto "]) assertEquals(parse("charset", text), "auto");
  assertEquals(parse("locale", "pt_br"), "pt-BR");
  assertEquals(parse("locale", "EN"), "en");
});

Deno.test("parseParameter() trims the items of lists, and takes an empty text for no item", () => {
  assertEquals(parse("stop", "EN, de", "Fr"), ["en", "de", "fr"]);
  assertEquals(parse("stopWords", "the, and ,\tor"), ["the", "and", "or"]);
  for (const name of ["stop", "stopWords", "keep"] as const) assertEquals(parse(name, ""), []);
});

Deno.test("parseParameter() never refuses a default as text", () => {
  for (const [name, { default: value }] of Object.entries(COUNT_PARAMETERS)) {
    assertEquals(parse(name as keyof typeof COUNT_PARAMETERS, String(value)), value, name);
  }
});

Deno.test("isUtf8() tells percent-encoded UTF-8 from other bytes", () => {
  const good = ["a", "%C3%A9", "é", "%EF%BF%BD", "%", "%4", "%zz", "a=%E2%82%AC&b=%F0%9F%98%80"];
  const bad = ["%FF", "a=%C3&b=%A9", "%ED%A0%80", "%c0%80", "x%E2%82"];
  assertEquals(good.filter((text) => !isUtf8(text)), []);
  assertEquals(bad.filter(isUtf8), []);
});

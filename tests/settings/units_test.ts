import { assertEquals } from "@std/assert";
import {
  formatChoices,
  readDuration,
  readOneOf,
  readSwitch,
  readWholeNumber,
} from "../../src/settings/units.ts";

Deno.test("readDuration() reads milliseconds to hours, and wants a unit", () => {
  const rows: [string, number | null][] = [
    ["1ms", 1],
    ["1.5s", 1500],
    ["2m", 120_000],
    ["24h", 86_400_000],
    ["5", null],
    ["0s", null],
    ["1 s", null],
    ["1d", null],
  ];
  for (const [text, ms] of rows) assertEquals([text, readDuration(text)], [text, ms]);
});

Deno.test("readWholeNumber(), readSwitch() and readOneOf() give null for another form", () => {
  assertEquals(["0", "9", "10", "1.5", "x", ""].map((text) => readWholeNumber(text, 0, 9)), [
    0,
    9,
    null,
    null,
    null,
    null,
  ]);
  assertEquals(["true", "false", "yes"].map(readSwitch), [true, false, null]);
  assertEquals(["a", "c"].map((text) => readOneOf(text, ["a", "b"])), ["a", null]);
  assertEquals(formatChoices(["a", "b"]), "one of 'a', 'b'");
});

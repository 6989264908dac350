import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { ColumnPlaces } from "../../src/records/column_places.ts";

Deno.test("ColumnPlaces finds names in a header, and takes others that have them there", () => {
  const columns = new ColumnPlaces(["b", 1, "b"]);
  columns.settle(["a", "b", "c"]);
  columns.settle(["a", "b"]);
  columns.settle(["a", "b", "x", "x"]);
  assertEquals([columns.placeOf("b"), columns.placeOf(1)], [2, 1]);
});

const REFUSED: [asked: (string | number)[], headers: string[][], code: string, says: string][] = [
  [["d"], [["a", "b"]], "unknown_column", "it has 2: a, b"],
  [["colour"], [["a", "color"]], "unknown_column", "the nearest is 'color'"],
  [[3], [["a", "b"]], "unknown_column", "Cannot find column 3 in the header; it has 2"],
  [["a"], [["a", "b", "a"]], "repeated_column", "columns 1, 3"],
  [["a"], [["a", "b"], ["b", "a"]], "columns_differ", "'a' is column 1 of the first one and 2"],
  [[1], [["a"], ["b"]], "columns_differ", "column 1 is 'a' in the first one and 'b' in another"],
  [["b"], [["a", "b"], ["a"]], "unknown_column", "it has 1: a"],
];

for (const [asked, headers, code, says] of REFUSED) {
  Deno.test(`ColumnPlaces refuses ${JSON.stringify(headers)} for ${JSON.stringify(asked)}`, () => {
    const columns = new ColumnPlaces(asked);
    const error = assertThrows(() => headers.forEach((names) => columns.settle(names)), JobError);
    assertEquals(error.code, code);
    assertStringIncludes(error.message, says);
  });
}

Deno.test("ColumnPlaces names no more columns than an answer has room for", () => {
  const names = Array.from({ length: 5000 }, (_, i) => `${"x".repeat(200)}${i}`);
  const error = assertThrows(() => new ColumnPlaces(["a"]).settle(names), JobError);
  assertEquals((error.details.columns as string[]).length, 100);
  assertEquals(error.message.length < 1200, true, `${error.message.length}`);
});

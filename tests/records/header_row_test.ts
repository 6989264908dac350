import { assertEquals } from "@std/assert";
import { readHeaderRow } from "../../src/records/header_row.ts";

const ROWS: [text: string, delimiter: string, names: string[], bytes: number][] = [
  ["a,b\n1,2\n", ",", ["a", "b"], 4],
  ["a,b\r\n1,2\r\n", ",", ["a", "b"], 5],
  ["a,b", ",", ["a", "b"], 3],
  ["a\tb c\n", "\t", ["a", "b c"], 6],
  ["a;b,c\n", ";", ["a", "b,c"], 6],
  ['"a, ""x""","b\r\nc"\r\n1', ",", ['a, "x"', "b\r\nc"], 19],
  [",\n", ",", ["", ""], 2],
  ["\na", ",", [""], 1],
  [" a ,é\n", ",", [" a ", "é"], 7],
  ["\ufeffa\n", ",", ["\ufeffa"], 5],
];

for (const [text, delimiter, names, bytes] of ROWS) {
  Deno.test(`readHeaderRow() reads ${JSON.stringify(text)}`, () => {
    assertEquals(readHeaderRow(new TextEncoder().encode(text), delimiter), { names, bytes });
  });
}

Deno.test("readHeaderRow() finds no row where a quote is left open", () => {
  assertEquals(readHeaderRow(new TextEncoder().encode('a,"b\n1,2\n'), ","), undefined);
});

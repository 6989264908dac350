import { assertEquals } from "@std/assert";
import { findNearest } from "../../src/contract/nearest.ts";

const MISSPELT: [word: string, name: string][] = [
  ["fromat", "format"],
  ["tpo", "top"],
  ["mapp", "map"],
  ["ops", "op"],
  ["record", "records"],
  ["combne", "combine"],
  ["feild", "field"],
  ["tokeniser", "tokenizer"],
  ["LINEBOUND", "lineBound"],
  ["line_bound", "lineBound"],
  ["log-stats", "log-status"],
  ["top", "top"],
];
const OTHER: [word: string, name: string][] = [
  ["trim", "map"],
  ["Kind", "finish"],
  ["helper", "value"],
  ["limit", "list"],
  ["", "n"],
  ["q", "n"],
  ["id", "n"],
  ["desc", "records"],
  ["tpoo", "top"],
  ["filter", "finish"],
  ["x".repeat(1_000_000), "tokenizer"],
];

Deno.test("findNearest() finds what a word is a misspelling of, and nothing else", () => {
  for (const [word, name] of MISSPELT) assertEquals(findNearest(word, ["zzzz", name]), name, word);
  for (const [word, name] of OTHER) {
    assertEquals(findNearest(word, ["zzzz", name]), undefined, word.slice(0, 20));
  }
});

Deno.test("findNearest() takes the candidate that needs the fewest edits, of two the first", () => {
  assertEquals(findNearest("option", ["options", "Option"]), "Option");
  assertEquals(findNearest("bat", ["cat", "hat"]), "cat");
  assertEquals(findNearest("any", []), undefined);
});

import { assert, assertEquals } from "@std/assert";
import { parseChoices, preferenceFor } from "../../../src/http/read/accept.ts";

const CSV = { charset: /^utf-?8$/, header: /^present$/ };

/** What a list weighs `text/csv; charset=utf-8; header=present`. */
const WEIGHTS: readonly [accept: string, weight: number, about: string][] = [
  ["text/csv", 1, "named"],
  ["TEXT/Csv", 1, "types take any case"],
  ["text/csv;q=0.5", 0.5, "weighed"],
  ["text/csv; Q=.5", 0.5, "parameters' names take any case, and Java writes no zero"],
  ["text/csv ; q = 0.5", 0.5, "blanks, which the grammar has not"],
  ["text/csv;q=0.000", 0, "refused"],
  ["text/csv;q=0;charset=utf-8", 0, "what follows the weight is an extension"],
  ["text/csv;q=abc", 1, "a weight that cannot be read is none"],
  ["text/csv;q=", 1, "likewise"],
  ["text/csv;q=7", 1, "likewise"],
  ["text/csv;q=-1", 1, "likewise"],
  ["text/csv;", 1, "nothing behind the semicolon"],
  [",, text/csv ,", 1, "empty members"],
  ["text/csv; charset=utf-8", 1, "a parameter of ours"],
  ['text/csv; CharSet="UTF-8"', 1, "quoted, in any case"],
  ["text/csv; charset=utf8", 1, "as many write it"],
  ["text/csv; charset=iso-8859-1", 0, "we have no such"],
  ["text/csv; header=present", 1, "a parameter of ours"],
  ["text/csv; header=absent", 0, "we have no such"],
  ["text/csv; header=present; charset=utf-8; q=0.3", 0.3, "all at once, in any order"],
  ["text/csv; indent=2", 1, "a parameter that says nothing to us"],
  ['text/csv; x="a,b;c"; q=0.4', 0.4, "commas and semicolons in quotes"],
  ['image/png; x="text/csv', 0, "a quote without an end"],
  ["text/*", 1, "a range"],
  ["*/*", 1, "any"],
  ["*", 1, "any, as Java's oldest client writes it"],
  ["*/csv", 0, "no range"],
  ["text/*;q=0.2, text/csv", 1, "the more specific one counts"],
  ["text/csv;q=0, text/*, */*", 0, "also where it refuses"],
  ["text/csv;q=0.1, text/csv;charset=utf-8;q=0.9", 0.9, "a parameter is more specific"],
  ["text/csv;charset=ascii;q=0.9, text/csv;q=0.1", 0.1, "not one of another answer"],
  ["text/csv;q=0.1, text/csv;q=0.3", 0.3, "said twice"],
  ["text/plain", 0, "another type"],
  ["nonsense", 0, "no type"],
  ["", 0, "nothing"],
];

Deno.test("preferenceFor() is what the most specific member of the list says", () => {
  for (const [accept, weight, about] of WEIGHTS) {
    const { weight: found } = preferenceFor(parseChoices(accept), "text/csv", CSV);
    assertEquals([accept, found], [accept, weight], about);
  }
});

Deno.test("parseChoices() takes no more than linear time", () => {
  for (const piece of ['"', ";", ",", "a=", '"a', "\\", '\\"', '";', ' ="', " "]) {
    const choices = parseChoices(piece.repeat(30_000)); // quadratic time would take minutes
    assert(choices.length <= 30_001, `${choices.length} choices of ${piece}`);
  }
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  countWords,
  findDifference,
  formatCounts,
  splitWords,
} from "../../../load/k6/parts/words.js";
import { Random as ScriptRandom } from "../../../load/k6/parts/random.js";
import { riseTo } from "../../../load/k6/parts/steps.js";
import { countNaive, formatTsv } from "../../support/oracle/oracle.ts";
import { anySoup, prose, spaceSoup } from "../../support/oracle/generate_text.ts";
import { Random } from "../../support/random.ts";

Deno.test("splitWords() separates by what Python's str.split() does, and by nothing else", () => {
  for (
    const space of ["\t", "\n", "\v", "\r", "\x1c", "\x1f", "\x85", "\xa0", "\u1680", "\u3000"]
  ) {
    assertEquals(splitWords(`${space}a${space}${space}b c${space}`), ["a", "b", "c"]);
  }
  for (const other of ["\x1b", "\u200b", "\ufeff", "\u180e", "-"]) {
    assertEquals(splitWords(`a${other}b`), [`a${other}b`]);
  }
});

Deno.test("formatCounts() writes what the oracle of the tests does", () => {
  const random = new Random(3);
  for (const write of [prose, anySoup, spaceSoup]) {
    for (let round = 0; round < 20; round++) {
      const text = write(random, 500);
      const counts = countNaive(text, "whitespace", { case: "preserve" });
      assertEquals(formatCounts(countWords(text)), formatTsv(counts), `round ${round}`);
    }
  }
});

Deno.test("formatCounts() orders by code point, where JavaScript orders by code unit", () => {
  assertEquals(formatCounts(countWords("\u{1f600} \uff5e b b")), "b\t2\n\uff5e\t1\n\u{1f600}\t1\n");
});

Deno.test("findDifference() names the first row that differs, and none when all agree", () => {
  assertEquals(findDifference("a\t1\n", "a\t1\n"), undefined);
  assertStringIncludes(findDifference("a\t2\nb\t1\n", "a\t2\nb\t9\n")!, 'row 2 is "b\\t9"');
  assertStringIncludes(findDifference("a\t2\n", "a\t2\nb\t1\n")!, 'row 2 is "b\\t1"');
  assertStringIncludes(findDifference("a\t2\n", undefined)!, "no answer");
});

Deno.test("the scripts' random numbers are those of the tests", () => {
  const a = new Random(42);
  const b = new ScriptRandom(42);
  for (let i = 0; i < 100; i++) assertEquals(b.between(5, 1 << 20), a.between(5, 1 << 20));
});

Deno.test("riseTo() rises to the highest rate, however small the factor", () => {
  assertEquals(riseTo({ from: 50, most: 400, factor: 2 }), [50, 100, 200, 400]);
  assertEquals(riseTo({ from: 1, most: 4, factor: 1.01 }), [1, 2, 3, 4]);
});

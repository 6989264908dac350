import { assertEquals, assertThrows } from "@std/assert";
import {
  checkAnswer,
  createAnswer,
  parseAnswer,
} from "../../../../../load/lab/parts/peers/answer.ts";

Deno.test("createAnswer() orders by count, then by bytes, and keeps ten", () => {
  const counts = new Map([["b", 2], ["é", 2], ["a", 2], ["ab", 2], ["c", 9], ["\u{1f600}", 2]]);
  for (let i = 0; i < 20; i++) counts.set(`x${i}`, 1);
  const { top, distinct, total } = createAnswer(counts);
  assertEquals(top.slice(0, 6).map(([word]) => word), ["c", "a", "ab", "b", "é", "\u{1f600}"]);
  assertEquals([top.length, top[6], distinct, total], [10, ["x0", 1], 26, 39]);
});

Deno.test("parseAnswer() reads what peers print, and refuses other lines", () => {
  assertEquals(parseAnswer("2\tbe\n1\tor\n2\n3\n"), {
    top: [["be", 2], ["or", 1]],
    distinct: 2,
    total: 3,
  });
  assertEquals(parseAnswer("0\n0\n"), { top: [], distinct: 0, total: 0 });
  for (const text of ["", "1\n", "x\n1\n1\n", "1\ta\n1\n1.5\n", "1\ta\nTraceback\n"]) {
    assertThrows(() => parseAnswer(text), Error, "it is no count");
  }
});

Deno.test("checkAnswer() names who has found what", () => {
  const expected = parseAnswer("2\tbe\n1\tor\n2\n3\n");
  checkAnswer("wc", { total: 3 }, expected);
  checkAnswer("all", expected, expected);
  assertThrows(
    () => checkAnswer("wc", { total: 4 }, expected),
    Error,
    "wc has found total 4, not 3",
  );
  const other = parseAnswer("1\tbe\n1\tor\n2\n3\n");
  assertThrows(() => checkAnswer("x", other, expected), Error, 'x has found top [["be",1],');
});

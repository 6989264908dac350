import { assertEquals } from "@std/assert";
import { listFormOf } from "../../../src/cli/algebra/list_form.ts";

Deno.test("listFormOf() knows what uniq -c prints, however large the counts are", () => {
  const cases: [head: string, form: string | undefined][] = [
    ["      3 a\n      1 b\n", "uniq"],
    ["12345678 the\n1234567 of\n     12 be\n", "uniq"],
    ["     12 be\n12345678 the\n      1 c", "uniq"],
    ["12345678 the\n", undefined], // begins as a line of a log may
    ["1732795200 GET /\n1732795201 GET /docs\n", undefined],
    ["1 first\n  2 within it\n", undefined],
    ["      3 a\nbe\n", undefined],
    ["      3 a\n  a line that goes on\n", undefined],
  ];
  for (const [head, form] of cases) assertEquals([head, listFormOf("-", head)], [head, form]);
});

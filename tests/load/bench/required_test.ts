import { assertEquals } from "@std/assert";
import { REQUIREMENTS } from "../../../load/bench/required.ts";
import type { Benchmark } from "../../../load/support/benchmark.ts";

Deno.test("REQUIREMENTS have one bound each, and a benchmark that can be asked", () => {
  const canCompare = ({ compare }: Benchmark) => compare !== undefined;
  for (const { what, least, most, isNew, ofBefore, benchmark } of REQUIREMENTS) {
    assertEquals(least === undefined, most !== undefined, what);
    assertEquals(isNew === true || canCompare(benchmark), true, what);
    assertEquals(isNew === true && ofBefore === true, false, what);
  }
});

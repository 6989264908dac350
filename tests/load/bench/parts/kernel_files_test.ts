import { assertEquals } from "@std/assert";
import { compareLayouts } from "../../../../load/bench/parts/kernel_files.ts";

Deno.test("compareLayouts() names the constants that differ", () => {
  assertEquals(compareLayouts({ ABI_VERSION: 4, LINE: 128 }, { ABI_VERSION: 5, LINE: 128 }), [
    "ABI_VERSION",
  ]);
});

Deno.test("compareLayouts() passes over constants of one layout, and over functions", () => {
  const a = { LINE: 128, OLD: 1, at: () => 1 };
  const b = { LINE: 128, NEW: 1, at: () => 2 };
  assertEquals(compareLayouts(a, b), []);
});

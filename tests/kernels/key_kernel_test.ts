import { assertEquals } from "@std/assert";
import { KeyKernel } from "../../src/kernels/key_kernel.ts";
import { readKernel } from "../../src/kernels/registry.ts";
import { toNfc } from "../support/oracle_nfc.ts";
import { foldFull } from "../support/oracle_properties.ts";

Deno.test("KeyKernel folds and normalizes as kernels do", async () => {
  const kernel = new KeyKernel(await readKernel("words"));
  for (
    const key of ["", "Ab", "E\u0301a", "\ufeff\u212b", "STRASSE ß", "\u1100\u1161", "\0\u0301"]
  ) {
    assertEquals(kernel.fold(key), foldFull(key));
    assertEquals(kernel.normalize(key), toNfc(key));
  }
});

Deno.test("KeyKernel takes texts that are longer than its memory, and marks in any order", async () => {
  const kernel = new KeyKernel(await readKernel("words"));
  const pairs = 1 << 20;
  const marks = "a" + "\u0301\u0323".repeat(pairs);
  assertEquals(
    kernel.normalize(marks) === "\u1ea1" + "\u0323".repeat(pairs - 1) + "\u0301".repeat(pairs),
    true,
  );
  assertEquals(kernel.fold("Ä".repeat(pairs)) === "ä".repeat(pairs), true);
});

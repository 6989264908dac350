import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { Slab } from "../../../src/engine/job/slab.ts";
import { Random } from "../../support/random.ts";

Deno.test("Slab copies side by side, and no copy touches another", () => {
  const random = new Random(7);
  const bytes = new Uint8Array(new SharedArrayBuffer(40_000)).map(() => random.below(256));
  const slab = new Slab();
  const copies = Array.from({ length: 500 }, () => {
    const start = random.below(20_000);
    const end = start + random.below(random.below(20) === 0 ? 20_000 : 300);
    return { start, end, copy: slab.copy(bytes.subarray(start, end)) };
  });
  for (const { start, end, copy } of copies) {
    assertEquals(copy, new Uint8Array(bytes.slice(start, end)));
    assertEquals(copy.byteOffset % 8, 0);
  }
});

Deno.test("Slab gives small copies a common buffer, and large ones their own", () => {
  const slab = new Slab();
  const [a, b, c] = [100, 100, 10_000].map((end) =>
    slab.copy(new Uint8Array(10_000).subarray(0, end))
  );
  assertStrictEquals(a.buffer, b.buffer);
  assertNotStrictEquals(a.buffer, c.buffer);
  assertEquals(c.buffer.byteLength, 10_000);
});

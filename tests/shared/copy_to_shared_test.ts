import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { copyToShared } from "../../src/shared/copy_to_shared.ts";

const CANARY = 0xee;

Deno.test("copyToShared() copies as set() does, whatever the places within a word", () => {
  const source = Uint8Array.from({ length: 20_000 }, (_, i) => (i * 7) & 0x7f);
  for (const length of [0, 1, 7, 8, 9, 8191, 8192, 8193, 16_390]) {
    for (let from = 0; from < 8; from++) {
      for (const at of [64, 65, 68, 71]) {
        const shared = new Uint8Array(new SharedArrayBuffer(20_000)).fill(CANARY);
        const expected = new Uint8Array(20_000).fill(CANARY);
        const bytes = source.subarray(from, from + length);
        expected.set(bytes, at);
        copyToShared(shared, bytes, at);
        assertEquals(Buffer.compare(shared, expected), 0, `${length} bytes from ${from} to ${at}`);
      }
    }
  }
});

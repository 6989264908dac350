import { assert, assertEquals } from "@std/assert";
import {
  PAIR_SUFFIX_BYTES,
  readSuffix,
  REGISTER_SUFFIX_BYTES,
  writeSuffix,
} from "../../src/shared/pairs.ts";

Deno.test("readSuffix() reads what writeSuffix() has written, and no byte of it is NUL", () => {
  const sizes = [[PAIR_SUFFIX_BYTES, 64 * 1024], [REGISTER_SUFFIX_BYTES, 4095]] as const;
  for (const [size, most] of sizes) {
    for (const value of [0, 1, 127, 128, 4095, 16_383, 16_384, 65_535, 65_536]) {
      if (value > most) continue;
      const bytes = new Uint8Array(8).fill(7);
      writeSuffix(bytes, 6, size, value);
      assertEquals(readSuffix(bytes, 6, size), value);
      assert(bytes.subarray(6 - size, 6).every((byte) => byte >= 0x80));
      assertEquals([bytes[5 - size], bytes[6]], [7, 7]);
    }
  }
});

import { assert, assertEquals } from "@std/assert";
import { prefixBytes, readPrefix, writePrefix, writeRegister } from "../../src/shared/pairs.ts";

const LENGTHS = [0, 1, 127, 128, 129, 255, 256, 16_383, 16_384, 65_535, 65_536];

Deno.test("readPrefix() reads what writePrefix() has written, and nothing beside it", () => {
  for (const length of LENGTHS) {
    const bytes = new Uint8Array(8).fill(7);
    const end = writePrefix(bytes, 2, length);
    assertEquals([end - 2, readPrefix(bytes, 2)], [prefixBytes(length), length]);
    assertEquals([bytes[1], bytes[end]], [7, 7]);
  }
});

Deno.test("writePrefix() writes no number that another one begins with", () => {
  const prefixes = LENGTHS.map((length) => {
    const bytes = new Uint8Array(3);
    return [...bytes.subarray(0, writePrefix(bytes, 0, length))].join();
  });
  for (const a of prefixes) {
    for (const b of prefixes) assert(a === b || !`${b},`.startsWith(`${a},`), `${a} ${b}`);
  }
});

Deno.test("writeRegister() writes each number in two bytes of its own, none of them NUL", () => {
  const seen = new Set<string>();
  for (let register = 0; register < 4096; register++) {
    const bytes = new Uint8Array(2);
    writeRegister(bytes, 0, register);
    assert(bytes.every((byte) => byte >= 0x80));
    seen.add(bytes.join());
  }
  assertEquals(seen.size, 4096);
});

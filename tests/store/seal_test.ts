import { assertEquals, assertThrows } from "@std/assert";
import { SEAL_PAGE_BYTES, SealCheck, Sealer, tableBytes } from "../../src/store/seal.ts";
import { freshSeed, Random } from "../support/random.ts";

const LENGTHS = [0, 1, SEAL_PAGE_BYTES - 1, SEAL_PAGE_BYTES, SEAL_PAGE_BYTES + 1, 300_000];

const fail = (what: string) => new Error(what);

function seal(bytes: Uint8Array, random: Random) {
  const sealer = new Sealer();
  for (let at = 0; at < bytes.length;) {
    const part = bytes.subarray(at, at + random.between(1, 100_000));
    sealer.push(part);
    at += part.length;
  }
  return sealer.finish();
}

Deno.test("Sealer makes the same seal in whatever pieces the bytes come, and SealCheck finds its pages whole", () => {
  const random = new Random(freshSeed());
  for (const length of LENGTHS) {
    const bytes = new Uint8Array(length).map((_, i) => (i * 7919) >> 3);
    const { seal: made, table } = seal(bytes, random);
    assertEquals({ seal: made, table }, seal(bytes, random), `seed ${random.seed}`);
    assertEquals([made.bytes, table.length], [length, tableBytes(made)]);
    const check = new SealCheck(made, table, fail);
    for (let page = 0; page * SEAL_PAGE_BYTES < length; page++) {
      const part = bytes.subarray(page * SEAL_PAGE_BYTES, (page + 1) * SEAL_PAGE_BYTES);
      assertEquals(check.lengthOf(page), part.length);
      check.verify(page, part);
      assertThrows(() => check.verify(page, part.subarray(1)), Error, `page ${page}`);
      const changed = part.slice();
      changed[changed.length >> 1] ^= 1;
      assertThrows(() => check.verify(page, changed), Error, `page ${page}`);
    }
    assertEquals(check.lengthOf(Math.ceil(length / SEAL_PAGE_BYTES)), 0);
  }
});

Deno.test("Sealer sums 123456789 as the catalogue of CRCs does", () => {
  const sealer = new Sealer();
  sealer.push(new TextEncoder().encode("123456789"));
  const { table } = sealer.finish();
  assertEquals(new DataView(table.buffer).getUint32(0, true), 0xcbf43926);
});

Deno.test("SealCheck refuses a table that is not the sealed one", () => {
  const { seal: made, table } = seal(new Uint8Array(200_000), new Random(1));
  const changed = table.slice();
  changed[5] ^= 4;
  const tables = [changed, table.subarray(1), new Uint8Array([...table, 0]), new Uint8Array(0)];
  for (const each of tables) assertThrows(() => new SealCheck(made, each, fail), Error, "table");
});

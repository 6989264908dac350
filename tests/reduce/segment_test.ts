import { assertEquals } from "@std/assert";
import { Segment } from "../../src/reduce/segment.ts";

const COUNTS = [
  ["", 1],
  ["a", 2],
  ["abcd", 3],
  ["abcde", 4],
  ["é\0\t", 2 ** 32],
  ["\ufeff", 2 ** 32 - 1],
  ["x".repeat(1000), Number.MAX_SAFE_INTEGER],
] as const;

Deno.test("Segment.from() packs what toArray() reads back", () => {
  const segment = Segment.from(COUNTS);
  assertEquals(segment.keys, COUNTS.length);
  assertEquals(segment.toArray(), COUNTS.map(([key, count]) => ({ key, count })));
});

Deno.test("Segment has the record form of the layout", () => {
  const { bytes } = Segment.from([["abc", 258], ["abcde", 1]]);
  const first = [2, 1, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 97, 98, 99, 0];
  const second = [1, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 97, 98, 99, 100, 101, 0, 0, 0, 0, 0, 0, 0];
  assertEquals([...bytes], [...first, ...second]);
});

Deno.test("Segment reads a part of a larger buffer, shared or not", () => {
  const packed = Segment.from(COUNTS).bytes;
  for (
    const buffer of [new ArrayBuffer(packed.length + 8), new SharedArrayBuffer(packed.length + 8)]
  ) {
    const bytes = new Uint8Array(buffer, 8);
    bytes.set(packed);
    assertEquals(new Segment(bytes, COUNTS.length).toArray().length, COUNTS.length);
  }
});

Deno.test("Segment.empty() has no records", () => {
  assertEquals(Segment.empty().records().next(), false);
  assertEquals(Segment.empty().toArray(), []);
});

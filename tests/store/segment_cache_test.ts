import { assertEquals } from "@std/assert";
import { Segment } from "../../src/reduce/segment.ts";
import { SegmentCache } from "../../src/store/segment_cache.ts";

const SEGMENT = Segment.from([["abcd", 1]]); // 16 bytes

Deno.test("SegmentCache holds what was used last, within its bytes", async () => {
  const cache = new SegmentCache(64);
  const loaded: string[] = [];
  const get = (name: string) =>
    cache.get(name, () => {
      loaded.push(name);
      return Promise.resolve(SEGMENT);
    });
  for (const name of ["a", "b", "c", "d", "a", "e", "a", "b"]) {
    assertEquals(await get(name), SEGMENT);
  }
  assertEquals([loaded.join(""), cache.bytes], ["abcdeb", 64]);
  cache.drop("a");
  assertEquals(cache.bytes, 48);
  assertEquals([cache.takes(16), cache.takes(17)], [true, false]);
  cache.add("large", Segment.from([["abcdefgh", 1]]));
  assertEquals(cache.bytes, 48);
});

Deno.test("SegmentCache loads once for all who ask, and keeps nothing dropped meanwhile", async () => {
  const cache = new SegmentCache(64);
  const gate = Promise.withResolvers<Segment>();
  let loads = 0;
  const get = () => cache.get("a", () => (loads++, gate.promise));
  const both = [get(), get()];
  cache.drop("a");
  gate.resolve(SEGMENT);
  assertEquals([await Promise.all(both), loads, cache.bytes], [[SEGMENT, SEGMENT], 1, 0]);
  assertEquals(await cache.get("b", () => Promise.resolve(undefined)), undefined);
});

import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { BoundedCache } from "../../src/async/bounded_cache.ts";

Deno.test("BoundedCache makes a value once for each key, undefined ones as well", () => {
  const cache = new BoundedCache<string | undefined>({ mostEntries: 4, mostChars: 8 });
  const made: string[] = [];
  const make = (key: string) => {
    made.push(key);
    return key === "none" ? undefined : key.toUpperCase();
  };
  for (let times = 0; times < 2; times++) {
    assertEquals(cache.getOrMake("a", make), "A");
    assertEquals(cache.getOrMake("none", make), undefined);
  }
  assertEquals([made, cache.size], [["a", "none"], 2]);
});

Deno.test("BoundedCache holds no value of a long key, and none that could not be made", () => {
  const cache = new BoundedCache<object>({ mostEntries: 4, mostChars: 3 });
  cache.getOrMake("abcd", () => ({}));
  assertThrows(() => cache.getOrMake("a", () => JSON.parse("{")), SyntaxError);
  assertEquals(cache.size, 0);
  const value = cache.getOrMake("abc", () => ({}));
  assertStrictEquals(cache.getOrMake("abc", () => ({})), value);
});

Deno.test("BoundedCache is cleared when it is full, and never holds more", () => {
  const cache = new BoundedCache<number>({ mostEntries: 3, mostChars: 9 });
  const sizes = Array.from({ length: 7 }, (_, i) => {
    assertEquals(cache.getOrMake(String(i), Number), i);
    return cache.size;
  });
  assertEquals(sizes, [1, 2, 3, 1, 2, 3, 1]);
});

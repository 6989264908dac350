import { assertEquals } from "@std/assert";
import { BoundedCache } from "../../../src/http/read/bounded_cache.ts";

Deno.test("BoundedCache.set() forgets everything when there is no room, and takes no long text", () => {
  const cache = new BoundedCache<number>({ mostEntries: 2, mostChars: 3 });
  cache.set("a", 1);
  cache.set("long", 2);
  cache.set("b", 3);
  assertEquals([cache.get("a"), cache.get("long"), cache.get("b")], [1, undefined, 3]);
  cache.set("c", 4);
  assertEquals([cache.get("a"), cache.get("b"), cache.get("c")], [undefined, undefined, 4]);
});

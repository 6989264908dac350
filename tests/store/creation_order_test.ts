import { assertEquals } from "@std/assert";
import { CreationOrder } from "../../src/store/creation_order.ts";
import { freshSeed, Random } from "../support/random.ts";

Deno.test("CreationOrder lists what is left, the newest first, like a sorted array", () => {
  const random = new Random(freshSeed());
  const order = new CreationOrder();
  let ids: string[] = [];
  for (let i = 0; i < 3000; i++) {
    const id = String(10_000 + i + random.below(3) / 10 + random.below(1e6) / 1e9);
    order.add(id);
    ids.push(id);
    while (ids.length > 0 && random.oneIn(2)) {
      const gone = random.pick(ids);
      ids = ids.filter((each) => each !== gone);
      order.delete(gone);
    }
    if (i % 50 > 0) continue;
    const sorted = ids.toSorted().reverse();
    assertEquals([...order.newestFirst()], sorted, `seed ${random.seed}`);
    const before = String(10_000 + random.below(i + 1));
    assertEquals([...order.newestFirst(before)], sorted.filter((each) => each < before));
  }
  assertEquals(order.size, ids.length);
});

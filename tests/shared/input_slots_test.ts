import { assertEquals, assertThrows } from "@std/assert";
import { PAGE_BYTES, PAGE_JOB, PAGES, TEXT_PADDING } from "../../assembly/layout.ts";
import { InputSlots } from "../../src/shared/input_slots.ts";
import { SharedHeap } from "../../src/shared/shared_heap.ts";

const create = (pages: number) => SharedHeap.create(PAGES + (pages + 1) * PAGE_BYTES);

Deno.test("InputSlots.acquire() waits for a release when every slot is in use", async () => {
  const slots = new InputSlots(create(4), 2, 60_000);
  const first = await slots.acquire();
  await slots.acquire();
  const order: string[] = [];
  const third = Promise.resolve(slots.acquire()).then((slot) => (order.push("third"), slot));
  const fourth = Promise.resolve(slots.acquire()).then(() => order.push("fourth"));
  order.push("released");
  slots.release(first);
  assertEquals((await third).address, first.address);
  slots.release(await third);
  await fourth;
  assertEquals(order, ["released", "third", "fourth"]);
});

Deno.test("InputSlots.fill() clears the padding behind the text", async () => {
  const heap = create(4);
  const slots = new InputSlots(heap, 1, 1000);
  const slot = await slots.acquire();
  slots.fill(slot, new Uint8Array(slots.chunkBytes).fill(9));
  slots.fill(slot, new Uint8Array(10).fill(8));
  const text = heap.bytes.slice(slot.address, slot.address + 10 + TEXT_PADDING + 1);
  assertEquals([...text.subarray(0, 10)], Array(10).fill(8));
  assertEquals([...text.subarray(10, -1)], Array(TEXT_PADDING).fill(0));
});

Deno.test("InputSlots.acquireLarge() owns its pages until release", () => {
  const heap = create(8);
  const slots = new InputSlots(heap, 1, 1000);
  const large = slots.acquireLarge(3 * PAGE_BYTES, PAGE_JOB)!;
  assertEquals(heap.pages.usage().jobs, 4);
  assertEquals(slots.acquireLarge(100 * PAGE_BYTES, PAGE_JOB), undefined);
  slots.release(large);
  assertEquals(heap.pages.usage().jobs, 0);
});

Deno.test("InputSlots refuses more slots than memory holds", () => {
  assertThrows(() => new InputSlots(create(4), 5, 1000), RangeError, "memory holds 4");
});

import { assert, assertEquals } from "@std/assert";
import { SlotShare } from "../../src/engine/slot_share.ts";
import { type InputSlot, InputSlots } from "../../src/shared/input_slots.ts";
import { SharedHeap } from "../../src/shared/shared_heap.ts";

Deno.test("SlotShare leaves slots to others, and hands its own on", async () => {
  const heap = SharedHeap.create(8 * 1024 * 1024);
  const slots = new InputSlots(heap, 4, 1000);
  const share = new SlotShare(slots, 2);
  const [first, second] = [await share.acquire(), await share.acquire()];
  const third = share.acquire();
  assert(third instanceof Promise);
  assertEquals(slots.available, 2);
  share.release(first!);
  assertEquals([await third, slots.available], [first, 2]);
  const large = share.acquireLarge(100_000, 3)!;
  share.release(large); // has pages of its own, and is none of those
  assertEquals(slots.available, 2);
  for (const slot of [first, second]) share.release(slot!);
  assertEquals(slots.available, 4);
  const again: (InputSlot | Promise<InputSlot | undefined>)[] = [share.acquire(), share.acquire()];
  assertEquals(again.some((slot) => slot instanceof Promise), false);
});

Deno.test("SlotShare.leave() ends a wait, and the next one has the slot", async () => {
  const slots = new InputSlots(SharedHeap.create(8 * 1024 * 1024), 2, 1000);
  const share = new SlotShare(slots, 1);
  const first = await share.acquire();
  const waits = [share.acquire(), share.acquire()] as Promise<InputSlot | undefined>[];
  share.leave(waits[0]);
  assertEquals(await waits[0], undefined);
  share.release(first!);
  assertEquals(await waits[1], first);
  share.leave(waits[1]); // too late to matter
  share.release(first!);
  assertEquals(slots.available, 2);
});

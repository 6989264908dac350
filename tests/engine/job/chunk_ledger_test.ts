import { assertEquals, assertThrows } from "@std/assert";
import { ChunkLedger } from "../../../src/engine/job/chunk_ledger.ts";
import { JobError } from "../../../src/contract/problems.ts";
import { InputSlots } from "../../../src/shared/input_slots.ts";
import { SharedHeap } from "../../../src/shared/shared_heap.ts";
import { createResult } from "../../../src/shared/task.ts";

const slots = new InputSlots(SharedHeap.create(8 * 1024 * 1024), 2, 4096);
const TEXT = new TextEncoder().encode("some text");

async function putChunk(ledger: ChunkLedger, part: number, offset: number) {
  const slot = await slots.acquire();
  ledger.put(part, slot, { text: TEXT, offset });
  ledger.bytesIn += TEXT.length;
  return { ...createResult(), part, start: slot.address, bytes: TEXT.length };
}

Deno.test("ChunkLedger.account() throws unless every byte was counted", async () => {
  const ledger = new ChunkLedger(slots);
  const results = [await putChunk(ledger, 0, 0), await putChunk(ledger, 1, 9)];
  ledger.add({ ...results[0], tokens: 2, replaced: 1 });
  assertEquals(assertThrows(() => ledger.account(), JobError).code, "internal");
  ledger.add({ ...results[1], tokens: 2 });
  assertEquals(ledger.account(), { bytesIn: 18, bytesCounted: 18 });
  assertEquals(ledger.counters, { bytes: 18, chunks: 2, tokens: 4 });
  assertEquals(ledger.replacements, 1);
  for (const { part } of results) ledger.release(part);
  assertEquals(slots.available, 2);
});

Deno.test("ChunkLedger keeps the first invalid offset, whichever chunk tells it first", async () => {
  const ledger = new ChunkLedger(slots);
  const results = [await putChunk(ledger, 0, 0), await putChunk(ledger, 1, 100)];
  assertEquals([ledger.isInvalid, ledger.offsetOf(results[1])], [false, 100]);
  ledger.addInvalid({ ...results[1], offset: 5 }, TEXT);
  ledger.addInvalid({ ...results[0], offset: 7 }, TEXT);
  assertEquals([ledger.isInvalid, ledger.invalidOffset], [true, 7]);
  for (const { part } of results) ledger.release(part);
  assertEquals(ledger.offsetOf(results[1]), undefined);
});

Deno.test("ChunkLedger.release() keeps a slot until the thread that may write there is gone", async () => {
  const ledger = new ChunkLedger(slots);
  const gone = Promise.withResolvers<void>();
  await putChunk(ledger, 0, 0);
  ledger.release(0, gone.promise);
  ledger.release(0); // it is out no more
  assertEquals(slots.available, 1);
  gone.resolve();
  await gone.promise;
  assertEquals(slots.available, 2);
});

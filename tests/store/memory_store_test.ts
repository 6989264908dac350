import { assertEquals } from "@std/assert";
import { MemoryStore } from "../../src/store/memory_store.ts";
import { resultOf } from "../support/results.ts";
import { addDone, recordOf, testStore } from "./conformance.ts";

testStore({
  name: "MemoryStore",
  open: (clock) => {
    const store = new MemoryStore({ maxBytes: 1e6, now: () => clock.now });
    return Promise.resolve({ store, [Symbol.asyncDispose]: () => store.close() });
  },
});

Deno.test("MemoryStore drops the oldest results beyond its bytes, never the newest", async () => {
  const store = new MemoryStore({ maxBytes: 2500, now: () => 0 });
  const running = recordOf();
  await store.create(running);
  const jobs = [recordOf(), recordOf(), recordOf()];
  for (const job of jobs) await addDone(store, job);
  const kept = await Promise.all(jobs.map(async ({ id }) => await store.get(id) !== undefined));
  assertEquals(kept, [false, true, true]);
  assertEquals((await store.get(running.id))?.record.state, "running");
  const { byteLength } = resultOf([["b", 3], ["a", 2]]).segment.bytes;
  assertEquals(store.bytes, 2 * (1024 + byteLength));
  for (const { id } of jobs) await store.remove(id);
  assertEquals(store.bytes, 0);
  await store.close();
});

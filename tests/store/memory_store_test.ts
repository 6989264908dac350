import { assertEquals } from "@std/assert";
import { DEFAULT_COUNT_OPTIONS, DEFAULT_OUTPUT_OPTIONS } from "../../src/options.ts";
import type { JobRecord } from "../../src/store/job_store.ts";
import { MemoryStore } from "../../src/store/memory_store.ts";
import { resultOf } from "../support/results.ts";

function recordOf(id: string, expiresAt = 1000): JobRecord {
  return {
    id,
    state: "done",
    createdAt: 0,
    finishedAt: 0,
    expiresAt,
    options: DEFAULT_COUNT_OPTIONS,
    output: DEFAULT_OUTPUT_OPTIONS,
    progress: { bytes: 1, chunks: 1, tokens: 1 },
  };
}

Deno.test("MemoryStore gives back what it keeps until it is removed", async () => {
  const store = new MemoryStore({ maxBytes: 1e6, now: () => 0 });
  const result = resultOf([["a", 1]]);
  await store.save(recordOf("x"), result);
  assertEquals(await store.record("x"), recordOf("x"));
  assertEquals(await store.result("x"), result);
  assertEquals([await store.remove("x"), await store.remove("x")], [true, false]);
  assertEquals([await store.record("x"), store.bytes], [undefined, 0]);
  await store.close();
});

Deno.test("MemoryStore shows nobody a job that has expired, and frees it at the next save", async () => {
  let now = 0;
  const store = new MemoryStore({ maxBytes: 1e6, now: () => now });
  await store.save(recordOf("x", 10), resultOf([["a", 1]]));
  now = 9;
  assertEquals((await store.record("x"))?.id, "x");
  now = 10;
  assertEquals([await store.record("x"), await store.result("x")], [undefined, undefined]);
  await store.save(recordOf("y", 20));
  assertEquals(store.bytes, 1024);
  await store.close();
});

Deno.test("MemoryStore drops the oldest beyond its bytes, never the newest", async () => {
  const store = new MemoryStore({ maxBytes: 2500, now: () => 0 });
  for (const id of ["a", "b", "c"]) await store.save(recordOf(id));
  assertEquals([await store.record("a"), (await store.record("b"))?.id], [undefined, "b"]);
  const large = resultOf([["x".repeat(5000), 1]]);
  await store.save(recordOf("d"), large);
  assertEquals([await store.record("c"), await store.result("d")], [undefined, large]);
  await store.save(recordOf("d"));
  assertEquals(store.bytes, 1024);
  await store.close();
});

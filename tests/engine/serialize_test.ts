import { assert, assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { Engine } from "../../src/engine/engine.ts";
import { SharedHeap } from "../../src/shared/shared_heap.ts";
import { DONE, MOST } from "../support/faults/overlap_words.ts";
import {
  assertCounts,
  assertNoFault,
  run,
  startSmall,
  UNLIMITED,
} from "../support/modules/engine_runs.ts";
import { kernelOf } from "../support/modules/kernels.ts";
import { MODULES } from "../support/modules/modules.ts";
import { soon, until } from "../support/waits.ts";

const SERIAL = { serialize: true, workers: 4 };

/** A dozen chunks. */
const WORDS = Array.from({ length: 100_000 }, (_, i) => `w${i % 4099}`);
const TEXT = WORDS.join(" ");

Deno.test("Engine with serialize lets one thread work at a time, and counts exactly", async () => {
  const heap = SharedHeap.create(256 * 1024 * 1024);
  const entry = new URL("../support/faults/overlap_worker.ts", import.meta.url);
  const options = { ...SERIAL, chunkBytes: 20_000 };
  await using engine = await Engine.startWith(options, { kernel: "words", entry, heap });
  await engine.ready();
  const kernel = await kernelOf(MODULES.slow(1000));
  const lines = WORDS.slice(0, 20_000);
  const results = [1, 2, 3].flatMap(() => [
    run(engine, lines.join("\n"), kernel),
    engine.submit(TEXT, { top: 0 }).done,
  ]);
  for (const [i, result] of (await soon(Promise.all(results))).entries()) {
    assertCounts(result, i % 2 === 0 ? lines : WORDS, `job ${i}`);
  }
  assertNoFault(engine);
  assertEquals(heap.words[MOST], 1);
  assert(heap.words[DONE] > 6 * 5, `${heap.words[DONE]} tasks`);
  assertEquals(engine.status().serialized, true);
  assertEquals(engine.status().threads.filter(({ tasks }) => tasks > 0).length > 1, true);
});

Deno.test("Engine without serialize says so", async () => {
  await using engine = await startSmall();
  assertEquals(engine.status().serialized, false);
});

Deno.test("Engine with serialize counts other jobs beside user code without end", async () => {
  await using engine = await startSmall({ ...SERIAL, ...UNLIMITED });
  const kernel = await kernelOf(MODULES.endless());
  const hostile = [1, 2, 3].map(() => engine.submit("x\n".repeat(100_000), {}, { kernel }));
  await until(() => engine.status().threads.some(({ state }) => state === "busy"));
  // More of them would take the lock from each other, slice by slice, and never end.
  assertEquals(engine.status().tasks.out, 1);
  for (let i = 0; i < 5; i++) {
    const { segment } = await soon(engine.submit("to be or not to be", { top: 1 }).done);
    assertEquals(segment.toArray(), [{ key: "be", count: 2 }]);
  }
  for (const job of hostile) {
    job.cancel();
    await assertRejects(() => soon(job.done), JobError);
    await soon(job[Symbol.asyncDispose]());
  }
  assertNoFault(engine);
  await until(() => engine.status().memory.jobs === 0);
});

Deno.test("Engine with serialize stops user code that takes too long, and then goes on", async () => {
  const limits = { kernelTimeoutMs: 100, chunkTimeoutMs: 60_000 };
  await using engine = await startSmall({ ...SERIAL, ...limits });
  const kernel = await kernelOf(MODULES.endless());
  const job = engine.submit("x\n", {}, { kernel });
  const error = await assertRejects(() => soon(job.done), JobError);
  assertEquals(error.code, "kernel_timeout");
  assertCounts(await soon(engine.submit(TEXT, { top: 0 }).done), WORDS, "the next job");
  assertNoFault(engine);
});

Deno.test("Engine.close() ends threads that wait for the lock", async () => {
  const engine = await startSmall({ ...SERIAL, ...UNLIMITED });
  const kernel = await kernelOf(MODULES.endless());
  const jobs = [1, 2, 3, 4].map(() => engine.submit("x\n", {}, { kernel }));
  await until(() => engine.status().threads.some(({ state }) => state === "busy"));
  const ends = jobs.map((job) => assertRejects(() => job.done, JobError));
  await soon(engine.close({ deadlineMs: 0 }));
  for (const end of ends) assertEquals((await end).code, "engine_closed");
});

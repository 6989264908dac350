import { assertEquals, assertRejects } from "@std/assert";
import { JOB_CAPACITY, PAGE_MAP, RESERVE_END, RESERVE_FIRST } from "../../assembly/layout.ts";
import { NO_ROOM_MS } from "../../src/engine/job/job_run.ts";
import { JobError } from "../../src/contract/problems.ts";
import { jobOwner } from "../../src/shared/page_map.ts";
import type { SharedHeap } from "../../src/shared/shared_heap.ts";
import { startFaulty } from "../support/faults/start_faulty.ts";
import { gatedStream } from "../support/inputs.ts";
import { TestClock } from "../support/faults/test_clock.ts";
import { soon, until } from "../support/waits.ts";

const encoder = new TextEncoder();

/** The owner of the pages that a test takes: a job that does not exist. */
const HOLDER = jobOwner(JOB_CAPACITY - 1);

/** Takes every page that is free. */
function fillMemory({ pages }: SharedHeap): void {
  while (pages.allocate(1, HOLDER, false) !== 0);
}

Deno.test("Engine counts where a lost thread has left a table in its reserve, and memory is full", async () => {
  const rows = (["throw", "die"] as const).flatMap((kind) =>
    [1, 2].map((workers) => ({ kind, workers }))
  );
  await Promise.all(rows.map(async ({ kind, workers }) => {
    const name = `${kind}, ${workers} workers`;
    const parent = await Deno.makeTempDir({ prefix: "millrace-spill-test-" });
    const { engine, faults, heap } = await startFaulty({
      workers,
      memoryBytes: 24 * 1024 * 1024,
      chunkBytes: 400_000,
      slotsPerWorker: 2,
      spillDirectory: parent,
    });
    await engine.ready();
    fillMemory(heap);
    const gate = Promise.withResolvers<void>();
    const words = Array.from({ length: 150_000 }, (_, i) => `w${i}`).join(" ");
    faults.plan({ kind, step: "clean", part: 1, at: 350_000 });
    // They have to be copied, which takes half of a reserve.
    const broken = new Uint8Array(450_000).fill(0xff);
    const submitOthers = () => Array.from({ length: 3 }, () => engine.submit(broken).done);
    const stalled = engine.submit(gatedStream([words], gate.promise), { top: 0, n: 5 });
    const others = submitOthers(); // they stand in the queue when the thread is lost
    await until(() => stalled.counters.chunks === 2);
    await until(() => engine.status().threads.every(({ state }) => state === "idle"));
    assertEquals(faults.left, 0);
    others.push(...submitOthers()); // each thread has some of them
    for (const { totals } of await soon(Promise.all(others))) {
      const none = { tokens: 0, keys: 0, counted: 0 };
      assertEquals(totals, { bytes: 450_000, ...none, replacements: 450_000 }, name);
    }
    gate.resolve();
    const { totals } = await soon(stalled.done);
    assertEquals([totals.keys, totals.tokens], [150_000 - 4, 150_000], name);
    heap.pages.release(HOLDER);
    faults.release();
    await engine.close();
    await Deno.remove(parent, { recursive: true });
  }));
});

Deno.test("Engine puts a chunk off while there is no room at all, and gives it up when none comes", async () => {
  const clock = new TestClock();
  await using engine = await startFull(clock);
  const first = engine.submit(encoder.encode("a b a"));
  const second = engine.submit(encoder.encode("c"));
  await until(() => engine.status().threads[0].tasks > 4);
  assertEquals([first.state, second.state], ["running", "running"]);
  engine.heap.pages.release(HOLDER);
  const [a, c] = await soon(Promise.all([first.done, second.done]));
  assertEquals([a.totals.tokens, c.totals.tokens, a.attempts], [3, 1, 1]);
  assertEquals(engine.status().faults.trapped, 0);
  engine.fill();
  const third = engine.submit(encoder.encode("a"));
  const { tasks } = engine.status().threads[0];
  // A thread counts a task before the host has seen its end. The last one of `second` may be among
  // these, and the host has seen that the chunk found no room when the thread gets it once more.
  await until(() => engine.status().threads[0].tasks > tasks + 2);
  clock.advance(NO_ROOM_MS);
  const error = await assertRejects(() => soon(third.done), JobError);
  assertEquals([error.code, error.status], ["out_of_memory", 507]);
});

/** An engine of one thread whose memory is full, with its reserve. */
async function startFull(clock: TestClock) {
  const { engine, heap } = await startFaulty({ workers: 1, memoryBytes: 24 * 1024 * 1024 }, clock);
  await engine.ready();
  const fill = () => {
    fillMemory(heap);
    const { words } = heap;
    words.fill(
      HOLDER,
      (PAGE_MAP >> 2) + words[RESERVE_FIRST >> 2],
      (PAGE_MAP >> 2) + words[RESERVE_END >> 2],
    );
  };
  fill();
  return Object.assign(engine, { heap, fill });
}

import { assertEquals } from "@std/assert";
import { createResult, ResultRing } from "../../src/queue/result_queue.ts";
import { TaskQueue } from "../../src/queue/task_queue.ts";
import {
  checksum,
  QUEUE_REGION,
  RING_BASES,
  RING_CAPACITY,
  STOP_AT,
  TOTAL_BYTES,
} from "./queue_stress_layout.ts";

const TASKS = Number(Deno.env.get("MILLRACE_STRESS_TASKS") ?? 200_000);

Deno.test("TaskQueue and ResultRing lose and double nothing across two workers", async () => {
  const buffer = new SharedArrayBuffer(TOTAL_BYTES);
  const words = new Int32Array(buffer);
  const queue = new TaskQueue(words, QUEUE_REGION);
  queue.initialize(-TASKS >> 1); // crosses the sign and zero on the way
  const rings = RING_BASES.map((base) => new ResultRing(words, base, RING_CAPACITY));
  for (const ring of rings) ring.initialize(0x7ffffff0);
  const workers = RING_BASES.map((_, worker) => {
    const thread = new Worker(new URL("./queue_stress_worker.ts", import.meta.url), {
      type: "module",
    });
    const left = new Promise<void>((resolve) => thread.onmessage = () => resolve());
    thread.postMessage({ buffer, worker });
    return { thread, left };
  });

  const seen = new Uint8Array(TASKS);
  const result = createResult();
  let pushed = 0;
  let done = 0;
  let torn = 0;
  while (done < TASKS) {
    const bell = Atomics.load(words, 0);
    // No more out than a ring holds, as in the engine.
    while (pushed < TASKS && pushed - done < RING_CAPACITY) {
      const task = {
        kind: 1,
        job: 0,
        epoch: 0,
        part: pushed,
        start: pushed,
        bytes: checksum(pushed),
      };
      if (!queue.push(task)) break;
      pushed++;
    }
    let progress = 0;
    for (const ring of rings) {
      ring.drain(result, ({ part, status }) => {
        seen[part]++;
        torn += status;
        progress++;
      });
    }
    done += progress;
    if (progress > 0 || done === TASKS) continue;
    const rung = Atomics.waitAsync(words, 0, bell, 10_000);
    if (rung.async) assertEquals(await rung.value, "ok", `no wake-up after ${done} tasks`);
  }
  Atomics.store(words, STOP_AT >> 2, 1);
  queue.wakeAll();
  await Promise.all(workers.map(({ left }) => left));
  for (const { thread } of workers) thread.terminate();

  assertEquals(torn, 0);
  assertEquals(seen.every((times) => times === 1), true);
});

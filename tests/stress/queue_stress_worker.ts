/// <reference lib="deno.worker" />
import { createResult } from "../../src/queue/result_queue.ts";
import { createTask } from "../../src/queue/task_queue.ts";
import { writeResult } from "./queue_stress_items.ts";
import { QueueStressLayout, type QueueStressStart } from "./queue_stress_layout.ts";

self.onmessage = ({ data }: MessageEvent<QueueStressStart>) => {
  const { buffer, worker, queueCase } = data;
  const words = new Int32Array(buffer);
  const layout = new QueueStressLayout(queueCase);
  const queue = layout.queueOf(words);
  const ring = layout.ringsOf(words)[worker];
  const task = createTask();
  const result = createResult();
  for (;;) {
    const bell = queue.bell; // as in workers/map_worker.ts: before both looks
    if (Atomics.load(words, layout.stop >> 2) !== 0) break;
    if (!queue.take(task)) {
      queue.wait(bell, 60_000); // so long that a lost wake-up fails the test
      continue;
    }
    writeResult(result, task, queueCase.seed);
    ring.publish(result);
    Atomics.add(words, layout.doorbell >> 2, 1);
    Atomics.notify(words, layout.doorbell >> 2, 1);
  }
  self.postMessage("left");
  self.close();
};

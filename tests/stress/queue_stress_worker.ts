/// <reference lib="deno.worker" />
import { createResult, ResultRing } from "../../src/queue/result_queue.ts";
import { createTask, TaskQueue } from "../../src/queue/task_queue.ts";
import {
  checksum,
  QUEUE_REGION,
  RING_BASES,
  RING_CAPACITY,
  STOP_AT,
} from "./queue_stress_layout.ts";

self.onmessage = ({ data }: MessageEvent<{ buffer: SharedArrayBuffer; worker: number }>) => {
  const words = new Int32Array(data.buffer);
  const queue = new TaskQueue(words, QUEUE_REGION);
  const ring = new ResultRing(words, RING_BASES[data.worker], RING_CAPACITY);
  const task = createTask();
  const result = createResult();
  while (Atomics.load(words, STOP_AT >> 2) === 0) {
    const bell = queue.bell;
    if (!queue.take(task)) {
      queue.wait(bell, 1000);
      continue;
    }
    result.part = task.part;
    result.bytes = task.bytes;
    // A torn or stale task does not carry the checksum of its own part.
    result.status = task.bytes === checksum(task.part) && task.start === task.part ? 0 : 1;
    ring.publish(result);
    Atomics.add(words, 0, 1);
    Atomics.notify(words, 0);
  }
  self.postMessage("left");
  self.close();
};

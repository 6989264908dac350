/// <reference lib="deno.worker" />
import { WorkerDoorbell } from "../../src/queue/doorbell.ts";
import { createResult, type Result, ResultRing } from "../../src/queue/result_queue.ts";
import { createTask, type Task, TaskQueue } from "../../src/queue/task_queue.ts";
import { checksum, LAST_PART } from "./hop_task.ts";

/** What the benchmark sends to start a worker: over which way tasks will come. */
export interface HopStart {
  /** The shared memory; without it, tasks come as messages. */
  buffer?: SharedArrayBuffer;
}

const WAIT_SLICE_MS = 1000;
const result = createResult();

self.onmessage = ({ data }: MessageEvent<HopStart>) => {
  if (data.buffer === undefined) answerMessages();
  else answerTasks(new Int32Array(data.buffer));
};

function answerMessages(): void {
  self.onmessage = ({ data }: MessageEvent<Task>) => {
    if (data.part === LAST_PART) return self.close();
    self.postMessage(answer(data));
  };
  self.postMessage("ready");
}

/** The loop of a worker of the engine, with a sum instead of a kernel. */
function answerTasks(words: Int32Array<SharedArrayBuffer>): void {
  const queue = new TaskQueue(words);
  const ring = ResultRing.of(words, 0);
  const doorbell = new WorkerDoorbell(words, () => self.postMessage("published"));
  const task = createTask();
  self.postMessage("ready");
  doorbell.probe();
  for (;;) {
    const bell = queue.bell; // read before the look, see TaskQueue's invariant 5
    if (!queue.take(task)) {
      queue.wait(bell, WAIT_SLICE_MS);
      continue;
    }
    if (task.part === LAST_PART) return self.close();
    ring.publish(answer(task));
    doorbell.ring();
  }
}

function answer(task: Task): Result {
  result.kind = task.kind;
  result.job = task.job;
  result.epoch = task.epoch;
  result.part = task.part;
  result.bytes = task.bytes;
  result.tokens = checksum(task);
  return result;
}

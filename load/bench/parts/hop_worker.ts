/// <reference lib="deno.worker" />
import { WorkerDoorbell } from "../../../src/shared/doorbell.ts";
import { ResultRing } from "../../../src/shared/result_ring.ts";
import { TaskQueue } from "../../../src/shared/task_queue.ts";
import { createResult, type Result, type Task } from "../../../src/shared/task.ts";
import { TaskRecords } from "../../../src/shared/task_records.ts";
import { NO_TICKET } from "../../../src/shared/ticket.ts";
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
  const records = new TaskRecords(words);
  const task = createResult();
  self.postMessage("ready");
  doorbell.probe();
  for (;;) {
    const bell = queue.bell; // read before the look, see TaskQueue's invariant 5
    const ticket = queue.take();
    if (ticket === NO_TICKET) {
      if (!queue.spin(bell, 0)) queue.wait(bell, WAIT_SLICE_MS);
      continue;
    }
    if (!records.claim(ticket, 0, task) || !records.begin(ticket, 0)) continue;
    if (task.part === LAST_PART) return self.close();
    records.done(ticket, 0, answer(task));
    ring.publish(ticket);
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

/// <reference lib="deno.worker" />
import { createResult, type Result, type Task } from "../../../src/shared/task.ts";
import { LAST_PART, performTasks } from "./engine_loop.ts";
import { checksum } from "./hop_task.ts";

/** What the benchmark sends to start a worker: over which way tasks will come. */
export interface HopStart {
  /** The shared memory; without it, tasks come as messages. */
  buffer?: SharedArrayBuffer;
}

const result = createResult();

self.onmessage = ({ data }: MessageEvent<HopStart>) => {
  if (data.buffer === undefined) answerMessages();
  else performTasks(new Int32Array(data.buffer), 0, answer);
};

function answerMessages(): void {
  self.onmessage = ({ data }: MessageEvent<Task>) => {
    if (data.part === LAST_PART) return self.close();
    self.postMessage(answer(data));
  };
  self.postMessage("ready");
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

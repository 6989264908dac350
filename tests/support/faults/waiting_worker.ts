/// <reference lib="deno.worker" />
import { JOB_RUNNING, JOB_STATE } from "../../../assembly/layout.ts";
import { jobAddress } from "../../../src/shared/addresses.ts";
import type { StartMessage } from "../../../src/shared/messages.ts";
import type { Task } from "../../../src/shared/task.ts";
import { MapWorker, runThread } from "../../../workers/map_worker.ts";

// A thread that begins tasks of a kind when their job has been stopped, and not before. The module's
// address says which: waiting_worker.ts?kind=8

const KIND = Number(new URL(import.meta.url).searchParams.get("kind"));
const LOOK_MS = 10;

class WaitingWorker extends MapWorker {
  readonly #words: Int32Array;

  constructor(start: StartMessage) {
    super(start);
    this.#words = new Int32Array(start.memory.buffer);
  }

  protected override runTask(task: Task): number {
    const state = (jobAddress(task.job) + JOB_STATE) >> 2;
    while (task.kind === KIND && Atomics.load(this.#words, state) === JOB_RUNNING) {
      Atomics.wait(this.#words, state, JOB_RUNNING, LOOK_MS); // the host does not notify this word
    }
    return super.runTask(task);
  }
}

runThread((start) => new WaitingWorker(start));

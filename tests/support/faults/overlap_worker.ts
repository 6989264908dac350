/// <reference lib="deno.worker" />
import type { StartMessage } from "../../../src/shared/messages.ts";
import type { Task } from "../../../src/shared/task.ts";
import { MapWorker, runThread } from "../../../workers/map_worker.ts";
import { DONE, MOST, WORKING } from "./overlap_words.ts";

// A thread that tells how many threads were at work together.

class OverlapWorker extends MapWorker {
  readonly #words: Int32Array;

  constructor(start: StartMessage) {
    super(start);
    this.#words = new Int32Array(start.memory.buffer);
  }

  protected override runTask(task: Task): number {
    const working = Atomics.add(this.#words, WORKING, 1) + 1;
    for (let most = 0; most < working;) {
      most = Atomics.compareExchange(this.#words, MOST, most, working);
    }
    const status = super.runTask(task);
    Atomics.sub(this.#words, WORKING, 1);
    Atomics.add(this.#words, DONE, 1);
    return status;
  }
}

runThread((start) => new OverlapWorker(start));

import { CONTENTION_BYTES, CONTENTION_WAYS, sumOfCounters } from "./contention_ways.ts";
import type { ContentionTask } from "./contention_worker.ts";
import { nextMessage } from "../../../tests/support/threads.ts";

/** What it took to count. */
export interface ContentionCost {
  ms: number;
  /** Of all threads of the process. */
  cpuMs: number;
}

/** Threads that count together. */
export class ContentionCrew {
  readonly #threads: Worker[];

  constructor(threads: number) {
    const url = new URL("./contention_worker.ts", import.meta.url);
    this.#threads = Array.from({ length: threads }, () => new Worker(url, { type: "module" }));
  }

  /**
   * Counts by one of the ways.
   *
   * @param threads How many of the threads count.
   * @param operations Of all of them together.
   * @throws {Error} If the counters do not come to that.
   */
  async count(way: number, threads: number, operations: number): Promise<ContentionCost> {
    const buffer = new SharedArrayBuffer(CONTENTION_BYTES);
    const gate = new SharedArrayBuffer(4);
    const counting = this.#threads.slice(0, threads);
    const heard = () => Promise.all(counting.map(nextMessage));
    const armed = heard();
    for (const [thread, worker] of counting.entries()) {
      const share = Math.floor(operations / threads) + (thread < operations % threads ? 1 : 0);
      const task: ContentionTask = { buffer, gate, way, operations: share, thread };
      worker.postMessage(task);
    }
    await armed;
    const done = heard();
    const cpu = process.cpuUsage();
    const started = performance.now();
    Atomics.store(new Int32Array(gate), 0, 1);
    Atomics.notify(new Int32Array(gate), 0);
    await done;
    const ms = performance.now() - started;
    const { user, system } = process.cpuUsage(cpu);
    const sum = sumOfCounters(new Int32Array(buffer));
    if (sum !== operations) {
      const { name } = CONTENTION_WAYS[way];
      throw new Error(`Cannot time ${name} by ${threads} threads: ${sum}, not ${operations}`);
    }
    return { ms, cpuMs: (user + system) / 1000 };
  }

  close(): void {
    for (const thread of this.#threads) thread.terminate();
  }
}

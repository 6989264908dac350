import {
  PAGE_BYTES,
  PAGE_ENGINE,
  SCRATCH_BYTES,
  STOP,
  WORKER_BUSY,
  WORKER_BYTES,
  WORKER_CAPACITY,
  WORKER_TASK_EPOCH,
  WORKER_TASK_KIND,
  WORKER_TASK_PART,
  WORKER_TASK_TICKET,
  WORKER_TASKS,
  WORKERS,
} from "../../assembly/layout.ts";
import { within } from "../deadline.ts";
import type { SharedHeap } from "../memory/shared_heap.ts";
import type { HostDoorbell } from "../queue/doorbell.ts";
import { ResultRing } from "../queue/result_queue.ts";
import type { TaskQueue } from "../queue/task_queue.ts";
import { PROBING_WORKER, type StartMessage, type WorkerMessage } from "./messages.ts";

/** One thread and what the host knows of it. */
interface PooledWorker {
  thread: Worker;
  /** Settles when the thread takes tasks, rejects when it died before. */
  ready: PromiseWithResolvers<void>;
  /** Resolves when the thread takes no task any more. */
  left: PromiseWithResolvers<void>;
}

/** A worker's header, read. */
export interface WorkerReport {
  /** Index of the job whose task has no result yet, -1 between tasks; and which task that is. */
  job: number;
  kind: number;
  part: number;
  epoch: number;
  /** Tasks finished; wraps at 2^32. */
  tasks: number;
}

/**
 * The warm threads of an engine. They are told everything once, by message; from then on they
 * are driven through shared memory alone.
 */
export class WorkerPool {
  readonly rings: ResultRing[] = [];
  readonly #heap: SharedHeap;
  readonly #queue: TaskQueue;
  readonly #doorbell: HostDoorbell;
  readonly #workers: PooledWorker[] = [];
  readonly #scratch: number[] = [];
  readonly #onFault: (worker: number, message: string) => void;
  readonly #kernel: WebAssembly.Module;

  /**
   * @param onFault Called when a thread died of an error, before a new one takes its place.
   * @throws {RangeError} If `count` is outside 1 to WORKER_CAPACITY, or memory is too small.
   */
  constructor(
    heap: SharedHeap,
    queue: TaskQueue,
    doorbell: HostDoorbell,
    kernel: WebAssembly.Module,
    count: number,
    onFault: (worker: number, message: string) => void,
  ) {
    if (!(count >= 1 && count <= WORKER_CAPACITY)) {
      throw new RangeError(`Cannot start ${count} workers: 1 to ${WORKER_CAPACITY} are possible`);
    }
    this.#heap = heap;
    this.#queue = queue;
    this.#doorbell = doorbell;
    this.#kernel = kernel;
    this.#onFault = onFault;
    for (let worker = 0; worker < count; worker++) {
      const scratch = heap.pages.allocate(SCRATCH_BYTES / PAGE_BYTES, PAGE_ENGINE);
      if (scratch === 0) {
        throw new RangeError(`Cannot start ${count} workers: memory holds scratch for ${worker}`);
      }
      this.#scratch.push(scratch);
      const ring = ResultRing.of(heap.words, worker);
      ring.initialize();
      this.rings.push(ring);
      this.#workers.push(this.#spawn(worker));
    }
  }

  /** What a thread is and was doing, as it says itself. */
  report(worker: number): WorkerReport {
    const word = (offset: number) =>
      Atomics.load(this.#heap.words, (WORKERS + worker * WORKER_BYTES + offset) >> 2);
    // Pairs with the worker's store, which follows those of the other words.
    const job = word(WORKER_BUSY) - 1;
    const published = word(WORKER_TASK_TICKET) !== this.rings[worker].ticket;
    return {
      job: published ? -1 : job,
      kind: word(WORKER_TASK_KIND),
      part: word(WORKER_TASK_PART),
      epoch: word(WORKER_TASK_EPOCH),
      tasks: word(WORKER_TASKS) >>> 0,
    };
  }

  get size(): number {
    return this.#workers.length;
  }

  /** Resolves when every thread takes tasks. */
  async ready(): Promise<void> {
    await Promise.all(this.#workers.map(({ ready }) => ready.promise));
  }

  #spawn(worker: number): PooledWorker {
    const url = new URL("../../workers/map_worker.ts", import.meta.url);
    const thread = new Worker(url, { type: "module", name: `millrace-${worker}` });
    const ready = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    ready.promise.catch(() => {}); // a death before anybody waits is reported through onFault
    thread.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
      if (data.state === "published") return this.#doorbell.onMessage();
      if (data.state === "left") return left.resolve();
      ready.resolve();
      if (worker === PROBING_WORKER) this.#doorbell.onProbe();
    };
    thread.onerror = (event) => {
      event.preventDefault(); // else the whole process dies with the thread
      left.resolve();
      ready.reject(new Error(`Worker ${worker} failed: ${event.message}`));
      if (this.#stopping) return;
      this.#onFault(worker, event.message);
      Atomics.store(this.#heap.words, (WORKERS + worker * WORKER_BYTES + WORKER_BUSY) >> 2, 0);
      this.#workers[worker] = this.#spawn(worker);
    };
    const message: StartMessage = {
      memory: this.#heap.memory,
      kernel: this.#kernel,
      worker,
      scratch: this.#scratch[worker],
    };
    thread.postMessage(message);
    return { thread, ready, left };
  }

  get #stopping(): boolean {
    return Atomics.load(this.#heap.words, STOP >> 2) !== 0;
  }

  /**
   * Stops the threads. A busy thread cannot be terminated, so all are asked to return; kernels
   * return within a sub-block once their job is stopped.
   *
   * @param deadlineMs How long to wait for them.
   * @returns Whether every thread has left.
   */
  async close(deadlineMs: number): Promise<boolean> {
    // PUBLISHES the end; pairs with the load in the workers' loop.
    Atomics.store(this.#heap.words, STOP >> 2, 1);
    this.#queue.wakeAll();
    const everybody = Promise.all(this.#workers.map(({ left }) => left.promise));
    const left = await within(everybody, deadlineMs);
    for (const { thread } of this.#workers) thread.terminate();
    return left;
  }
}

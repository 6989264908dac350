/// <reference lib="deno.worker" />
import {
  FLAG_ICU,
  JOB_FLAGS,
  JOB_TABLES,
  OK,
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
} from "../assembly/layout.ts";
import { SharedHeap } from "../src/memory/shared_heap.ts";
import { PROBING_WORKER, type StartMessage, type WorkerMessage } from "../src/pool/messages.ts";
import { WorkerDoorbell } from "../src/queue/doorbell.ts";
import { createResult, type Result, ResultRing, WORKER_FAULT } from "../src/queue/result_queue.ts";
import { createTask, type Task, TaskKind, TaskQueue } from "../src/queue/task_queue.ts";
import { IcuTokenizer } from "./icu_tokenizer.ts";
import { jobAddress, KernelHost } from "./kernel_host.ts";

/** A sleeping worker looks at the stop word at least this often. */
const WAIT_SLICE_MS = 1000;

self.onmessage = ({ data }: MessageEvent<StartMessage>) => {
  const worker = new MapWorker(data);
  post("ready");
  if (data.worker === PROBING_WORKER) worker.doorbell.probe();
  worker.run();
  post("left");
  self.close();
};

function post(state: WorkerMessage["state"]): void {
  self.postMessage({ state } satisfies WorkerMessage);
}

/** One thread of the engine: waits, takes a task, runs the kernel, publishes. */
class MapWorker {
  readonly doorbell: WorkerDoorbell;
  readonly #start: StartMessage;
  readonly #heap: SharedHeap;
  readonly #queue: TaskQueue;
  readonly #ring: ResultRing;
  readonly #header: number;
  readonly #result: Result = createResult();
  readonly #icu: IcuTokenizer;
  #kernel: KernelHost;

  constructor(start: StartMessage) {
    this.#start = start;
    this.#heap = SharedHeap.attach(start.memory);
    this.doorbell = new WorkerDoorbell(this.#heap.words, () => post("published"));
    this.#queue = new TaskQueue(this.#heap.words);
    this.#ring = ResultRing.of(this.#heap.words, start.worker);
    this.#header = (WORKERS + start.worker * WORKER_BYTES) >> 2;
    this.#icu = new IcuTokenizer(this.#heap);
    this.#kernel = this.#createKernel();
  }

  #createKernel(): KernelHost {
    return new KernelHost(this.#start.kernel, this.#heap, this.#start.scratch);
  }

  /** Returns when the host has stored the stop word. */
  run(): void {
    const words = this.#heap.words;
    const task = createTask();
    for (;;) {
      // Read before the looks at STOP and at the queue: whichever changes afterwards rings it, so
      // the wait returns at once. See TaskQueue's invariant 5.
      const bell = this.#queue.bell;
      // Pairs with the host's store of STOP, which it follows by ringing the bell.
      if (Atomics.load(words, STOP >> 2) !== 0) return;
      if (this.#queue.take(task)) this.#perform(task);
      else this.#queue.wait(bell, WAIT_SLICE_MS);
    }
  }

  #perform(task: Task): void {
    this.#claim(task);
    const started = performance.now();
    const result = this.#result;
    result.kind = task.kind;
    result.job = task.job;
    result.epoch = task.epoch;
    result.part = task.part;
    result.bytes = task.bytes;
    result.tokens =
      result.replaced =
      result.offset =
      result.edges =
      result.edgesBytes =
        0;
    try {
      result.status = this.#runKernel(task);
    } catch {
      // A trap leaves the instance's own state undefined: the next task gets a new one.
      result.status = WORKER_FAULT;
      result.offset = this.#kernel.faultLine;
      this.#kernel = this.#createKernel();
    }
    result.micros = (performance.now() - started) * 1000;
    this.#ring.publish(result);
    this.#disclaim();
    this.doorbell.ring();
  }

  /** Says which task would be lost with this thread. Only this worker stores these words. */
  #claim(task: Task): void {
    const { words } = this.#heap;
    words[this.#header + (WORKER_TASK_KIND >> 2)] = task.kind;
    words[this.#header + (WORKER_TASK_PART >> 2)] = task.part;
    words[this.#header + (WORKER_TASK_EPOCH >> 2)] = task.epoch;
    words[this.#header + (WORKER_TASK_TICKET >> 2)] = this.#ring.ticket;
    // PUBLISHES the words above; pairs with the host's load when the thread has died.
    Atomics.store(words, this.#header + (WORKER_BUSY >> 2), task.job + 1);
  }

  /** Only now, since a thread that dies in between has published: its ring's ticket says so. */
  #disclaim(): void {
    const { words } = this.#heap;
    Atomics.store(words, this.#header + (WORKER_BUSY >> 2), 0);
    Atomics.add(words, this.#header + (WORKER_TASKS >> 2), 1);
  }

  #runKernel(task: Task): number {
    const kernel = this.#kernel.exports;
    const job = jobAddress(task.job);
    switch (task.kind) {
      case TaskKind.map:
        return this.#map(job, task);
      case TaskKind.partition:
        return kernel.partitionTable(job, task.part);
      case TaskKind.reduce:
        return kernel.reducePartition(job, task.part);
      case TaskKind.finish:
        return kernel.finishJob(job);
      case TaskKind.reduceAll:
        return this.#reduceAll(job);
      case TaskKind.count: {
        const status = this.#map(job, task);
        return status === OK ? this.#reduceAll(job) : status;
      }
      default:
        throw new TypeError(`Unknown task kind ${task.kind}`);
    }
  }

  #map(job: number, task: Task): number {
    const flags = this.#heap.words[(job + JOB_FLAGS) >> 2];
    if ((flags & FLAG_ICU) !== 0) return this.#mapWithIcu(job, task);
    return this.#mapText(job, task.start, task.bytes);
  }

  #mapWithIcu(job: number, task: Task): number {
    const records = this.#icu.tokenize(task.job, task.start, task.bytes);
    let { status } = records;
    if (status === OK) status = this.#mapText(job, records.start, records.bytes);
    if (records.pages > 0) this.#heap.pages.free(records.start, records.pages);
    this.#result.replaced = records.replaced;
    this.#result.offset = records.badOffset;
    return status;
  }

  #mapText(job: number, start: number, bytes: number): number {
    const status = this.#kernel.exports.mapChunk(job, this.#start.worker, start, bytes);
    this.#kernel.readOutcome(this.#result);
    return status;
  }

  /** The whole reduce of a small job, whose tables all lie in one partition. */
  #reduceAll(job: number): number {
    const kernel = this.#kernel.exports;
    const tables = (job + JOB_TABLES) >> 2;
    for (let worker = 0; worker < WORKER_CAPACITY; worker++) {
      if (this.#heap.words[tables + worker] === 0) continue;
      const status = kernel.partitionTable(job, worker);
      if (status !== OK) return status;
    }
    return kernel.reducePartition(job, 0) || kernel.finishJob(job);
  }
}

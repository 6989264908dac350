/// <reference lib="deno.worker" />
import {
  FENCED,
  FLAG_ICU,
  JOB_FLAGS,
  JOB_RUNNING,
  JOB_STATE,
  JOB_TABLES,
  OK,
  OUT_OF_PAGES,
  SCRATCH_BEAT,
  STOP,
  WORKER_BUSY,
  WORKER_BYTES,
  WORKER_CAPACITY,
  WORKER_MISSES,
  WORKER_RETIRED,
  WORKER_RINGS,
  WORKER_SLEEPS,
  WORKER_STALE,
  WORKER_TASKS,
  WORKERS,
} from "../assembly/layout.ts";
import { SharedHeap } from "../src/shared/shared_heap.ts";
import type { StartMessage, WorkerMessage } from "../src/shared/messages.ts";
import { WorkerDoorbell } from "../src/shared/doorbell.ts";
import { ResultRing } from "../src/shared/result_ring.ts";
import { TaskQueue } from "../src/shared/task_queue.ts";
import {
  claimedBy,
  CLEAN_FAULT,
  createResult,
  NO_TICKET,
  type Result,
  type Task,
  TaskKind,
  TaskRecords,
  WORKER_FAULT,
} from "../src/shared/task_records.ts";
import { UNFINISHED } from "../src/shared/spill_status.ts";
import type { DiskReducer } from "./disk_reducer.ts";
import { IcuTokenizer } from "./icu_tokenizer.ts";
import { jobAddress, KernelHost, type KernelImports } from "./kernel_host.ts";
import { SpillError } from "./job_files.ts";
import { Spiller } from "./spiller.ts";

/** A sleeping worker looks at the stop word, and shows that it lives, at least this often. */
const WAIT_SLICE_MS = 1000;

/** Runs a thread of the engine from its start message on. */
export function serve(create: (start: StartMessage) => MapWorker): void {
  self.onmessage = ({ data }: MessageEvent<StartMessage>) => {
    const worker = create(data);
    post("ready");
    if (data.probes) worker.doorbell.probe();
    worker.run();
    post("left");
    self.close();
  };
}

function post(state: WorkerMessage["state"]): void {
  self.postMessage({ state } satisfies WorkerMessage);
}

/**
 * One thread of the engine: waits, takes a task, runs the kernel, publishes.
 *
 * Shared memory that others may come to own is written between `begin` and `commit` or `done` of
 * the task's record only; see TaskRecords. A thread whose task was taken away leaves at once.
 */
export class MapWorker {
  readonly doorbell: WorkerDoorbell;
  readonly #start: StartMessage;
  readonly #heap: SharedHeap;
  readonly #queue: TaskQueue;
  protected readonly records: TaskRecords;
  readonly #ring: ResultRing;
  readonly #header: number;
  readonly #beat: number;
  /** The task in hand, and then what came of it. */
  readonly #task: Result = createResult();
  #ticket = NO_TICKET;
  readonly #icu: IcuTokenizer;
  readonly #imports: KernelImports | undefined;
  #kernel!: KernelHost;
  /** Where the engine has no disk, there is none. */
  #spiller: Spiller | undefined;

  /** @param imports What the kernel is given beside what it always needs; tests use it. */
  constructor(start: StartMessage, imports?: KernelImports) {
    this.#start = start;
    this.#imports = imports;
    this.#heap = SharedHeap.attach(start.memory);
    const { words } = this.#heap;
    this.#header = (WORKERS + start.worker * WORKER_BYTES) >> 2;
    this.#beat = (start.scratch + SCRATCH_BEAT) >>> 2;
    this.doorbell = new WorkerDoorbell(words, () => post("published"));
    this.#queue = new TaskQueue(words);
    this.records = new TaskRecords(words);
    this.#ring = ResultRing.of(words, start.worker);
    this.#icu = new IcuTokenizer(this.#heap, () => this.#isWanted());
    this.#createKernel();
  }

  #createKernel(): void {
    const { kernel, scratch, spill } = this.#start;
    this.#kernel = new KernelHost(kernel, this.#heap, scratch, this.#imports);
    this.#spiller = spill && new Spiller(this.#heap, this.#start, spill, this.#kernel);
  }

  /** Returns when the host has stored the stop word, or has taken this thread's task away. */
  run(): void {
    const { words } = this.#heap;
    const sliceMs = Math.min(WAIT_SLICE_MS, this.#start.silenceMs / 4);
    for (;;) {
      // Read before the looks at STOP and at the queue: whichever changes afterwards rings it, so
      // the wait returns at once. See TaskQueue's invariant 5.
      const bell = this.#queue.bell;
      words[this.#beat]++;
      // Pairs with the host's store of STOP, which it follows by ringing the bell.
      if (Atomics.load(words, STOP >> 2) !== 0) return;
      if (Atomics.load(words, this.#header + (WORKER_RETIRED >> 2)) !== 0) return;
      const ticket = this.#queue.take();
      if (ticket === NO_TICKET) this.#sleep(bell, sliceMs);
      else if (!this.claim(ticket)) words[this.#header + (WORKER_STALE >> 2)]++;
      else if (!this.#perform(ticket)) return;
    }
  }

  #sleep(bell: number, sliceMs: number): void {
    if (this.#queue.spin(bell, this.#start.worker)) return;
    this.#heap.words[this.#header + (WORKER_SLEEPS >> 2)]++;
    this.#queue.wait(bell, sliceMs);
  }

  /** The steps of a task are methods of their own, so that a test can fail at each. */
  protected claim(ticket: number): boolean {
    this.#ticket = ticket;
    return this.records.claim(ticket, this.#start.worker, this.#task);
  }

  /** @returns false when the task was taken away: then this thread must end. */
  #perform(ticket: number): boolean {
    const { words } = this.#heap;
    const { records } = this;
    const place = this.#start.worker;
    const started = performance.now();
    Atomics.store(words, this.#header + (WORKER_BUSY >> 2), 1);
    const task = this.#task;
    task.tokens =
      task.replaced =
      task.offset =
      task.edges =
      task.edgesBytes =
        0;
    try {
      task.status = this.runTask(task);
    } catch (error) {
      const whole = records.isWhole(ticket, place);
      this.#noteFault(error, whole);
      if (whole && !records.begin(ticket, place)) return false;
      if (whole) this.#leaveReserve(task);
    }
    if (task.status === FENCED) return false;
    task.micros = (performance.now() - started) * 1000;
    if (!this.done(ticket, task)) return false;
    this.publish(ticket);
    words[this.#header + (WORKER_TASKS >> 2)]++;
    words[this.#header + (WORKER_MISSES >> 2)] = this.#queue.misses;
    words[this.#header + (WORKER_RINGS >> 2)]++;
    Atomics.store(words, this.#header + (WORKER_BUSY >> 2), 0);
    this.doorbell.ring();
    return true;
  }

  #noteFault(error: unknown, isWhole: boolean): void {
    const task = this.#task;
    if (error instanceof SpillError) {
      task.status = error.status;
      task.offset = error.reason;
      return;
    }
    task.status = isWhole ? CLEAN_FAULT : WORKER_FAULT;
    task.offset = this.#kernel.faultLine;
    // A trap leaves the instance's own state undefined: the next task gets a new one.
    this.#createKernel();
  }

  /** The task goes on elsewhere, perhaps, and the next one here may be another job's. */
  #leaveReserve(task: Result): void {
    try {
      const status = this.#spiller?.leaveReserve(task) ?? OK;
      if (status !== OK) task.status = status;
    } catch (error) {
      this.#noteFault(error, false);
    }
  }

  protected done(ticket: number, outcome: Result): boolean {
    return this.records.done(ticket, this.#start.worker, outcome);
  }

  protected publish(ticket: number): void {
    this.#ring.publish(ticket);
  }

  /** From here on this thread writes to what is the job's. */
  #begin(): boolean {
    return this.records.begin(this.#ticket, this.#start.worker);
  }

  /** Does the task; returns in COUNTING, or FENCED. */
  protected runTask(task: Task): number {
    const kernel = this.#kernel.exports;
    const job = jobAddress(task.job);
    if (task.kind === TaskKind.map) return this.#map(job, task);
    if (task.kind === TaskKind.count) {
      const status = this.#map(job, task);
      return status === OK ? this.#inMemory(task, () => this.reduceAll(job)) : status;
    }
    if (!this.#begin()) return FENCED;
    switch (task.kind) {
      case TaskKind.partition:
        return this.#inMemory(task, () => kernel.partitionTable(job, task.part));
      case TaskKind.reduce:
        return this.#inMemory(task, () => kernel.reducePartition(job, task.part));
      case TaskKind.finish:
        return this.#inMemory(task, () => kernel.finishJob(job));
      case TaskKind.reduceAll:
        return this.#inMemory(task, () => this.reduceAll(job));
      case TaskKind.spill:
        return this.#spiller!.spill(task, task.part);
      case TaskKind.merge:
        return this.#onDisk((reducer) => reducer.mergePartition(task));
      case TaskKind.collect:
        return this.#onDisk((reducer) => reducer.collect(task));
      default:
        throw new TypeError(`Unknown task kind ${task.kind}`);
    }
  }

  /** A step of the reduce, which the job takes on disk instead when memory is short. */
  #inMemory(task: Task, step: () => number): number {
    if (!this.#spiller) return step();
    if (this.#spiller.spills(task)) return OK;
    const status = step();
    return status === OUT_OF_PAGES ? this.#spiller.giveUp(task) : status;
  }

  /** A slice of a merge. */
  #onDisk(step: (reducer: DiskReducer) => number): number {
    const { reducer } = this.#spiller!;
    const status = step(reducer);
    return status === OK && reducer.unfinished ? UNFINISHED : status;
  }

  #map(job: number, task: Task): number {
    const flags = this.#heap.words[(job + JOB_FLAGS) >> 2];
    if ((flags & FLAG_ICU) !== 0) return this.#mapWithIcu(job, task);
    if (!this.#begin()) return FENCED;
    return this.#mapText(job, task, task.start, task.bytes);
  }

  /** Whether the task in hand is this thread's, before `begin`, and its job runs; shows a beat. */
  #isWanted(): boolean {
    const { words } = this.#heap;
    words[this.#beat]++;
    return this.records.isWhole(this.#ticket, this.#start.worker) &&
      Atomics.load(words, (jobAddress(this.#task.job) + JOB_STATE) >> 2) === JOB_RUNNING;
  }

  #mapWithIcu(job: number, task: Task): number {
    const words = this.#icu.tokenize(task.job, task.start, task.bytes);
    if (!this.#begin()) return FENCED;
    let records = this.#icu.place(task.job, words);
    if (records.status === OUT_OF_PAGES && this.#spiller) {
      const spilled = this.#spiller.spill(task, this.#start.worker);
      if (spilled !== OK) return spilled;
      records = this.#icu.place(task.job, words);
    }
    let { status } = records;
    if (status === OK) status = this.#mapText(job, task, records.start, records.bytes);
    if (status === FENCED) return status;
    if (records.pages > 0) this.#heap.pages.free(records.start, records.pages);
    this.#task.replaced = records.replaced;
    this.#task.offset = records.badOffset;
    return status;
  }

  #mapText(job: number, task: Task, start: number, bytes: number): number {
    const place = this.#start.worker;
    const record = this.records.address(this.#ticket);
    const claimed = claimedBy(this.#ticket, place);
    const { mapChunk } = this.#kernel.exports;
    const count = () => mapChunk(job, place, start, bytes, record, claimed);
    const status = this.#spiller ? this.#spiller.map(task, count) : count();
    if (status !== FENCED) this.#kernel.readOutcome(this.#task);
    return status;
  }

  /** The whole reduce of a small job, whose tables all lie in one partition. */
  protected reduceAll(job: number): number {
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

/// <reference lib="deno.worker" />
import { STOP } from "../assembly/layout.ts";
import { WorkerDoorbell } from "../src/shared/doorbell.ts";
import type { StartMessage, WorkerMessage } from "../src/shared/messages.ts";
import { PlaceHeader } from "../src/shared/place_header.ts";
import { ResultRing } from "../src/shared/result_ring.ts";
import { SerialLock } from "../src/shared/serial_lock.ts";
import { SharedHeap } from "../src/shared/shared_heap.ts";
import type { Result, Task } from "../src/shared/task.ts";
import { TaskQueue } from "../src/shared/task_queue.ts";
import { TaskRecords } from "../src/shared/task_records.ts";
import { FENCED } from "../src/shared/task_status.ts";
import { NO_TICKET } from "../src/shared/ticket.ts";
import type { KernelImports } from "./kernel_host.ts";
import { TaskRunner } from "./task_runner.ts";

/** A sleeping worker looks at the stop word, and shows that it lives, at least this often. */
const WAIT_SLICE_MS = 1000;

/** What a thread has found in the queue; `left` when it must end. */
type Found = "nothing" | "task" | "left";

/** Runs a thread of the engine from its start message on. */
export function runThread(create: (start: StartMessage) => MapWorker): void {
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
 * One thread of the engine: waits, takes a task, has it done, publishes.
 *
 * Shared memory that others may come to own is written between `begin` and `commit` or `done` of
 * the task's record only; see TaskRecords. A thread whose task was taken away leaves at once.
 */
export class MapWorker {
  readonly doorbell: WorkerDoorbell;
  protected readonly records: TaskRecords;
  readonly #place: number;
  readonly #sliceMs: number;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #queue: TaskQueue;
  readonly #ring: ResultRing;
  readonly #header: PlaceHeader;
  readonly #runner: TaskRunner;
  /** Undefined unless threads work one at a time. */
  readonly #lock: SerialLock | undefined;

  /** @param imports What the kernel is given beside what it always needs; tests use it. */
  constructor(start: StartMessage, imports?: KernelImports) {
    const heap = SharedHeap.attach(start.memory);
    const { words } = heap;
    this.#place = start.place;
    this.#sliceMs = Math.min(WAIT_SLICE_MS, start.silenceMs / 4);
    this.#words = words;
    this.doorbell = new WorkerDoorbell(words, () => post("published"));
    this.#queue = new TaskQueue(words);
    this.records = new TaskRecords(words);
    this.#ring = ResultRing.of(words, start.place);
    this.#header = new PlaceHeader(words, start.place);
    this.#runner = new TaskRunner(start, heap, this.records, imports);
    this.#lock = start.serialLock && new SerialLock(start.serialLock);
  }

  /** Returns when the host has stored the stop word, or has taken this thread's task away. */
  run(): void {
    for (;;) {
      // Read before the looks at STOP and at the queue: if one of them changes afterwards, the host
      // rings this bell, and the wait returns at once. See TaskQueue's invariant 5.
      const bell = this.#queue.bell;
      if (!this.#goesOn()) return;
      const found = this.#lock ? this.#workAlone(this.#lock) : this.#work();
      if (found === "left") return;
      if (found === "nothing") this.#sleep(bell);
    }
  }

  /** Shows that the thread lives; whether the host wants it to. */
  readonly #goesOn = (): boolean => {
    this.#runner.beat();
    // Pairs with the host's store of STOP, after which the host rings the bell.
    return Atomics.load(this.#words, STOP >> 2) === 0 && !this.#header.isRetired;
  };

  /** Takes a task and does it; `left` when it was taken away. */
  #work(): Found {
    const ticket = this.#queue.take();
    if (ticket === NO_TICKET) return "nothing";
    if (this.claim(ticket)) return this.#perform(ticket) ? "task" : "left";
    this.#header.noteStale();
    return "task";
  }

  /** The same under the lock. The thread waits for it without a ticket, which another could do. */
  #workAlone(lock: SerialLock): Found {
    if (!lock.acquire(this.#place, this.#sliceMs, this.#goesOn)) return "left";
    const found = this.#work();
    lock.release(this.#place); // if this thread dies in its work, the host lets go of the lock
    return found;
  }

  #sleep(bell: number): void {
    if (this.#queue.spin(bell, this.#place)) return;
    this.#runner.rest();
    this.#header.noteSleep();
    this.#queue.wait(bell, this.#sliceMs);
  }

  /** @returns false when the task was taken away: then this thread must end. */
  #perform(ticket: number): boolean {
    const runner = this.#runner;
    const { task } = runner;
    const started = performance.now();
    this.#header.noteBegin();
    task.tokens = 0;
    task.replaced = 0;
    task.offset = 0;
    task.edges = 0;
    task.edgesBytes = 0;
    try {
      task.status = this.runTask(task);
    } catch (error) {
      if (!runner.noteFault(error)) return false;
    }
    if (task.status === FENCED) return false;
    task.micros = (performance.now() - started) * 1000;
    if (!this.done(ticket, task)) return false;
    this.publish(ticket);
    this.#header.noteEnd(this.#queue.misses);
    this.doorbell.ring();
    return true;
  }

  // The steps of a task are methods of their own, so that a test can fail at each.

  protected claim(ticket: number): boolean {
    return this.#runner.claim(ticket);
  }

  /** Does the task; returns in COUNTING, or FENCED. */
  protected runTask(task: Task): number {
    return this.#runner.run(task);
  }

  protected done(ticket: number, outcome: Result): boolean {
    return this.records.done(ticket, this.#place, outcome);
  }

  protected publish(ticket: number): void {
    this.#ring.publish(ticket);
  }
}

import {
  PAGE_BYTES,
  PAGE_ENGINE,
  SCRATCH_BEAT,
  SCRATCH_BYTES,
  SCRATCH_SPILL_WRITES,
  SPARE_TABLES,
  STOP,
  WORKER_CAPACITY,
} from "../../../assembly/layout.ts";
import { ignoreError, own } from "../../async/own.ts";
import { within } from "../../async/within.ts";
import type { SharedHeap } from "../../shared/shared_heap.ts";
import { canWake, type HostDoorbell } from "../../shared/doorbell.ts";
import { createLeash, HostLeash } from "../../shared/leash.ts";
import { PlaceHeader, type PlaceReport } from "../../shared/place_header.ts";
import { ResultRing } from "../../shared/result_ring.ts";
import { SerialLock } from "../../shared/serial_lock.ts";
import type { TaskQueue } from "../../shared/task_queue.ts";
import type { SpillMessage, StartMessage, WorkerMessage } from "../../shared/messages.ts";

/** What a pool runs its threads with. */
export interface PoolOptions {
  kernel: WebAssembly.Module;
  /** Threads, 1 to WORKER_CAPACITY. */
  workers: number;
  /** A thread that gets nowhere for this long is given up; threads show themselves more often. */
  chunkTimeoutMs: number;
  /** Most bytes of the memory of one instance of a user kernel. */
  kernelMemoryBytes: number;
  /** Whether threads work one at a time. */
  serialize: boolean;
  /** Whether a thread tries to wake the host. */
  wakeups: "auto" | "message";
  /** Whether threads start with the pool, or with `wake`. */
  threads: "early" | "late";
  /** The module that a thread runs. */
  entry: URL;
  /** How the thread of a place spills, if threads may; `messageFor` gives undefined when memory has no room for that. */
  spill?: { messageFor(place: number): SpillMessage | undefined };
}

/** What a pool tells of its threads. */
export interface PoolEvents {
  /** A thread has died of an error: it does not run any more, and its place is free. */
  onDied(ended: EndedThread, message: string): void;
  /** A thread has ended by itself: the host gave it up, or took its task away. */
  onLeft(ended: EndedThread): void;
  /** A thread takes tasks. */
  onReady(place: number): void;
}

/** A thread that runs no more. */
export interface EndedThread {
  seat: number;
  place: number;
  /** Whether it has left its seat empty; else the host had given it up before. */
  wasSeated: boolean;
}

/** One thread. */
interface PooledThread {
  readonly seat: number;
  readonly place: number;
  readonly thread: Worker;
  /** Resolves when the thread takes tasks, rejects if it ends before. */
  readonly ready: PromiseWithResolvers<void>;
  /** Resolves when the thread runs no more. */
  readonly gone: PromiseWithResolvers<void>;
}

const DEFAULT_ENTRY = new URL("../../../workers/worker_entry.ts", import.meta.url);

/**
 * The warm threads of an engine. The host tells each of them everything once, by message; from then
 * on it drives them through shared memory alone.
 *
 * A pool has a seat for each of the engine's workers. The thread in a seat writes to a place of its
 * own; a thread that was given up leaves its seat, but keeps its place until it has ended.
 */
export class WorkerPool {
  static readonly entry = DEFAULT_ENTRY;
  /** By place; a place that was never used has none. */
  readonly rings: ResultRing[] = [];
  readonly #heap: SharedHeap;
  readonly #queue: TaskQueue;
  readonly #doorbell: HostDoorbell;
  readonly #options: PoolOptions;
  /** By place: its header, the address of its kernel scratch, its leash, and the thread that writes there. */
  readonly #headers: PlaceHeader[] = [];
  readonly #scratch: number[] = [];
  readonly #leashMemories: WebAssembly.Memory[] = [];
  readonly #leashes: HostLeash[] = [];
  readonly #threads: (PooledThread | undefined)[] = [];
  readonly #seats: (PooledThread | undefined)[];
  /** Undefined unless threads work one at a time. */
  readonly #lockMemory: SharedArrayBuffer | undefined;
  readonly #lock: SerialLock | undefined;
  #events!: PoolEvents;
  /** Whether there were threads yet. */
  hasStarted = false;
  #first: Promise<void>[] = [];

  /** @throws {RangeError} If the number of workers is out of range, or memory is too small. */
  constructor(heap: SharedHeap, queue: TaskQueue, doorbell: HostDoorbell, options: PoolOptions) {
    const { workers } = options;
    if (!(workers >= 1 && workers <= WORKER_CAPACITY)) {
      throw new RangeError(`Cannot start ${workers} workers: 1 to ${WORKER_CAPACITY} are possible`);
    }
    this.#heap = heap;
    this.#queue = queue;
    this.#doorbell = doorbell;
    this.#options = options;
    this.#lockMemory = options.serialize ? SerialLock.createMemory() : undefined;
    this.#lock = this.#lockMemory && new SerialLock(this.#lockMemory);
    for (let place = 0; place < workers; place++) {
      if (this.#prepare(place)) continue;
      throw new RangeError(`Cannot start ${workers} workers: memory holds scratch for ${place}`);
    }
    this.#seats = Array(workers).fill(undefined);
  }

  /** Says who is told of the threads, and starts them unless they start late. */
  start(events: PoolEvents): void {
    this.#events = events;
    if (this.#options.threads === "early") this.wake();
  }

  /** Puts a thread in every seat, once. */
  wake(): void {
    if (this.hasStarted) return;
    this.hasStarted = true;
    for (let seat = 0; seat < this.size; seat++) this.spawn(seat);
    this.#first = this.#seats.map((thread) => thread!.ready.promise);
  }

  /** Makes a place usable; false when there is no memory for it. */
  #prepare(place: number): boolean {
    if (place >= Math.max(SPARE_TABLES, this.#options.workers)) return false;
    const { spill } = this.#options;
    if (spill && !spill.messageFor(place)) return false;
    const scratch = this.#heap.pages.allocate(SCRATCH_BYTES / PAGE_BYTES, PAGE_ENGINE);
    if (scratch === 0) return false;
    this.#scratch[place] = scratch;
    this.#headers[place] = new PlaceHeader(this.#heap.words, place);
    this.#leashMemories[place] = createLeash();
    this.#leashes[place] = new HostLeash(this.#leashMemories[place]);
    this.rings[place] = ResultRing.of(this.#heap.words, place);
    this.rings[place].initialize();
    return true;
  }

  /** A place that no thread writes to. */
  #freePlace(): number | undefined {
    const places = this.#scratch.length;
    for (let place = 0; place < places; place++) if (!this.#threads[place]) return place;
    return this.#prepare(places) ? places : undefined;
  }

  get size(): number {
    return this.#seats.length;
  }

  /** Places that were ever used. */
  get places(): number {
    return this.rings.length;
  }

  /** Threads that count, or are about to. */
  get seated(): number {
    return this.#seats.reduce((sum, thread) => sum + (thread ? 1 : 0), 0);
  }

  /** Threads that can have tasks at the same time. */
  get atOnce(): number {
    return this.#lock ? Math.min(this.seated, 1) : this.seated;
  }

  /** Threads that were given up and have not ended. */
  get retired(): number {
    return this.#threads.reduce((sum, thread) => sum + (thread ? 1 : 0), 0) - this.seated;
  }

  /** Whether no thread sits there. */
  isEmpty(seat: number): boolean {
    return this.#seats[seat] === undefined;
  }

  /** The place of the thread that sits there, or -1. */
  placeOf(seat: number): number {
    return this.#seats[seat]?.place ?? -1;
  }

  /** Whether a thread may write to a place. */
  isUsed(place: number): boolean {
    return this.#threads[place] !== undefined;
  }

  /** Changes as long as the thread of a place gets on. */
  beat(place: number): number {
    return this.#heap.word(this.#scratch[place] + SCRATCH_BEAT);
  }

  /** Changes as long as the thread of a place writes a table to disk. */
  spillWrites(place: number): number {
    return this.#heap.word(this.#scratch[place] + SCRATCH_SPILL_WRITES);
  }

  /** Stops user code in the thread of a place. */
  leash(place: number): HostLeash {
    return this.#leashes[place];
  }

  report(place: number): PlaceReport {
    return this.#headers[place].report();
  }

  /** Resolves when every thread that was started first takes tasks; at once if none was. */
  async ready(): Promise<void> {
    await Promise.all(this.#first);
  }

  /** Fills an empty seat; false when there is no place for another thread. */
  spawn(seat: number): boolean {
    const place = this.#freePlace();
    if (place === undefined || this.#stopping) return false;
    const { entry, kernel, chunkTimeoutMs, kernelMemoryBytes, spill } = this.#options;
    const thread = new Worker(entry, { type: "module", name: `millrace-${seat}` });
    const ready = Promise.withResolvers<void>();
    own(ready.promise, ignoreError); // onDied tells of a thread that dies
    const pooled = { seat, place, thread, ready, gone: Promise.withResolvers<void>() };
    this.#seats[seat] = this.#threads[place] = pooled;
    this.#clear(place);
    thread.onmessage = ({ data }: MessageEvent<WorkerMessage>) => this.#onMessage(pooled, data);
    thread.onerror = (event) => {
      event.preventDefault(); // else the process dies with the thread
      this.#onError(pooled, event.message);
    };
    const message: StartMessage = {
      memory: this.#heap.memory,
      kernel,
      place,
      probes: this.#probes(seat),
      silenceMs: chunkTimeoutMs,
      scratch: this.#scratch[place],
      leash: this.#leashMemories[place],
      kernelMemoryBytes,
      serialLock: this.#lockMemory,
      spill: spill?.messageFor(place),
    };
    thread.postMessage(message);
    return true;
  }

  #probes(seat: number): boolean {
    return seat === 0 && this.#options.wakeups === "auto" && canWake();
  }

  /** A place has a new thread, or none. */
  #clear(place: number): void {
    this.#headers[place].clear();
    Atomics.store(this.#heap.words, (this.#scratch[place] + SCRATCH_BEAT) >>> 2, 0);
  }

  #onMessage(pooled: PooledThread, { state }: WorkerMessage): void {
    if (state === "published") return this.#doorbell.onMessage();
    if (state === "left") {
      const ended = this.#end(pooled);
      if (!this.#stopping) this.#events.onLeft(ended);
      return;
    }
    pooled.ready.resolve();
    if (this.#probes(pooled.seat)) own(this.#doorbell.onProbe());
    this.#events.onReady(pooled.place);
  }

  #onError(pooled: PooledThread, message: string): void {
    pooled.ready.reject(new Error(`Worker ${pooled.seat} failed: ${message}`));
    const ended = this.#end(pooled);
    if (!this.#stopping) this.#events.onDied(ended, message);
  }

  /** The thread has ended: it does not write to its place any more. */
  #end(pooled: PooledThread): EndedThread {
    const { seat, place } = pooled;
    const wasSeated = this.#seats[seat] === pooled;
    if (wasSeated) this.#seats[seat] = undefined;
    if (this.#threads[place] === pooled) {
      this.#threads[place] = undefined;
      this.#clear(place);
      this.#lock?.abandon(place);
    }
    pooled.gone.resolve();
    return { seat, place, wasSeated };
  }

  /**
   * Gives up a thread that does not answer: its seat becomes free, its place does not.
   *
   * @returns `seat`: the seat, or -1 if the thread had been given up before. `gone` resolves when
   * the thread has ended.
   */
  retire(place: number): { seat: number; gone: Promise<void> } {
    const pooled = this.#threads[place];
    if (!pooled) return { seat: -1, gone: Promise.resolve() };
    const { seat } = pooled;
    const gone = pooled.gone.promise;
    this.#headers[place].retire(); // if the thread comes back, it leaves
    this.#lock?.abandon(place);
    if (this.#seats[seat] !== pooled) return { seat: -1, gone };
    this.#seats[seat] = undefined;
    pooled.ready.reject(new Error(`Worker ${seat} did not answer`));
    return { seat, gone };
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
    const threads = this.#threads.filter((thread) => thread !== undefined);
    const left = await within(Promise.all(threads.map(({ gone }) => gone.promise)), deadlineMs);
    for (const { thread } of threads) thread.terminate();
    return left;
  }
}

import {
  WORKER_BUSY,
  WORKER_MISSES,
  WORKER_RETIRED,
  WORKER_RINGS,
  WORKER_SLEEPS,
  WORKER_STALE,
  WORKER_TASKS,
} from "../../assembly/layout.ts";
import { placeAddress } from "./addresses.ts";

/** What the threads of a place have counted, and whether one has a task; counts wrap at 2^32. */
export interface PlaceReport {
  busy: boolean;
  tasks: number;
  /** Exchanges of the queue's head that another worker won. */
  misses: number;
  /** Tickets whose task another worker had by then. */
  stale: number;
  sleeps: number;
  /** Rings of the doorbell. */
  rings: number;
}

/**
 * The header of one place in shared memory. The host stores whether the place's thread was given
 * up, and wipes the header while the place has no thread; everything else the thread stores. Its
 * counts are for people: they are read while they change.
 */
export class PlaceHeader {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #first: number;

  constructor(words: Int32Array<SharedArrayBuffer>, place: number) {
    this.#words = words;
    this.#first = placeAddress(place) >> 2;
  }

  // ---- host ------------------------------------------------------------------------------------

  /** Makes the header that of a thread which is about to start; its counts go on. */
  clear(): void {
    Atomics.store(this.#words, this.#first + (WORKER_BUSY >> 2), 0);
    Atomics.store(this.#words, this.#first + (WORKER_RETIRED >> 2), 0);
  }

  /** Tells the thread to leave. Pairs with the thread's load of `isRetired`. */
  retire(): void {
    Atomics.store(this.#words, this.#first + (WORKER_RETIRED >> 2), 1);
  }

  report(): PlaceReport {
    return {
      busy: this.#load(WORKER_BUSY) !== 0,
      tasks: this.#load(WORKER_TASKS),
      misses: this.#load(WORKER_MISSES),
      stale: this.#load(WORKER_STALE),
      sleeps: this.#load(WORKER_SLEEPS),
      rings: this.#load(WORKER_RINGS),
    };
  }

  #load(offset: number): number {
    return Atomics.load(this.#words, this.#first + (offset >> 2)) >>> 0;
  }

  // ---- worker ----------------------------------------------------------------------------------

  /** Whether the host has given this thread up. Pairs with the host's `retire`. */
  get isRetired(): boolean {
    return Atomics.load(this.#words, this.#first + (WORKER_RETIRED >> 2)) !== 0;
  }

  noteStale(): void {
    this.#words[this.#first + (WORKER_STALE >> 2)]++;
  }

  noteSleep(): void {
    this.#words[this.#first + (WORKER_SLEEPS >> 2)]++;
  }

  /** The thread has a task. */
  noteBegin(): void {
    Atomics.store(this.#words, this.#first + (WORKER_BUSY >> 2), 1);
  }

  /**
   * The thread has published a task, and is about to ring.
   *
   * @param misses Of the thread's queue, all of them.
   */
  noteEnd(misses: number): void {
    const words = this.#words;
    words[this.#first + (WORKER_TASKS >> 2)]++;
    words[this.#first + (WORKER_MISSES >> 2)] = misses;
    words[this.#first + (WORKER_RINGS >> 2)]++;
    Atomics.store(words, this.#first + (WORKER_BUSY >> 2), 0);
  }
}

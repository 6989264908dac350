import type { LaneSums } from "../engine/lanes_beside.ts";
import { COUNT_PATH } from "../http/count_path.ts";
import { HttpMetrics, metricsCells } from "../observe/http_metrics.ts";

// What the main thread and the listener threads share. Every word has one thread that stores it, for
// ever, so that no exchange is needed and none can be lost.
//
// One memory for all, of 32-bit words:
//
//   word  name         stored by    meaning
//      0  OPEN         main thread  1 while the engine lets a job in that need not wait, else 0
//      1  KEYS         main thread  how often the API keys were replaced; wraps
//      2  STOPPING     main thread  1 from the moment on in which a shutdown begins, 0 before
//     32  TENANT_JOBS  main thread  by slot of a tenant: its jobs in the engine that have not ended
//
// One memory for each listener thread, all of it stored by that thread alone:
//
//   byte  name         meaning
//      0  PUBLISHED    32 bits: how often the cells behind it were published; wraps
//     64  SUMS         doubles: the members of LaneSums
//         METRICS      doubles: the cells of HttpMetrics
//         CHARGED      doubles, by slot of a tenant: bytes that were counted for it
//
// A job of a listener thread begins and ends in one turn of that thread, behind its look at these
// words. What the main thread stores later is no concern of that job, as if it had run alone then.

const OPEN = 0;
const KEYS = 1;
const STOPPING = 2;
const TENANT_JOBS = 32;

/** Most tenants that have slots; short texts of others go to the main thread. */
export const TENANT_SLOTS = 1024;

/** What the main thread says to all listener threads. */
export class MainWords {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param memory That of another thread. @default {a new one} */
  constructor(memory = new SharedArrayBuffer(4 * (TENANT_JOBS + TENANT_SLOTS))) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  get isOpen(): boolean {
    return Atomics.load(this.#words, OPEN) === 1;
  }

  tellOpen(isOpen: boolean): void {
    Atomics.store(this.#words, OPEN, Number(isOpen));
  }

  /** Whether the main thread answers every request that comes from now on. */
  get isStopping(): boolean {
    return Atomics.load(this.#words, STOPPING) === 1;
  }

  stop(): void {
    Atomics.store(this.#words, STOPPING, 1);
  }

  /** How often keys were replaced. */
  get keys(): number {
    return Atomics.load(this.#words, KEYS);
  }

  /** From here on, keys of before open nothing. @returns The number of the new ones. */
  replaceKeys(): number {
    const next = (this.keys + 1) | 0;
    Atomics.store(this.#words, KEYS, next);
    return next;
  }

  jobsOf(slot: number): number {
    return Atomics.load(this.#words, TENANT_JOBS + slot);
  }

  tellJobs(slot: number, jobs: number): void {
    Atomics.store(this.#words, TENANT_JOBS + slot, jobs);
  }
}

const SUM_NAMES = ["jobs", "ms", "bytes", "tokens", "readMs"] as const satisfies readonly (
  keyof LaneSums
)[];

const SUMS_BYTE = 64;
const METRICS = SUM_NAMES.length;

/** Methods of the one route that a listener thread answers itself. */
const METHODS = ["POST", "PUT"];
const CHARGED = METRICS + metricsCells(1 + METHODS.length);
const CELLS = CHARGED + TENANT_SLOTS;

/**
 * What one listener thread has counted since its start. That thread adds and publishes; the main
 * thread reads.
 *
 * Doubles are 8 bytes at multiples of 8, which the 64-bit machines that Deno runs on read whole. A
 * reader that loads PUBLISHED sees all that was added before it was stored.
 */
export class ListenerSums {
  readonly memory: SharedArrayBuffer;
  /** Requests that the thread has answered itself. */
  readonly metrics: HttpMetrics;
  readonly #published: Int32Array;
  readonly #cells: Float64Array;

  /** @param memory That of another thread. @default {a new one} */
  constructor(memory = new SharedArrayBuffer(SUMS_BYTE + 8 * CELLS)) {
    this.memory = memory;
    this.#published = new Int32Array(memory, 0, 1);
    this.#cells = new Float64Array(memory, SUMS_BYTE, CELLS);
    const cells = this.#cells.subarray(METRICS, CHARGED);
    this.metrics = new PublishedMetrics(cells, () => this.#publish());
    for (const method of METHODS) this.metrics.addRoute(method, COUNT_PATH);
  }

  /** A job has ended whose request has yet to. @param slot That of its tenant, if it has one. */
  add(sums: Readonly<LaneSums>, slot?: number): void {
    for (const [i, name] of SUM_NAMES.entries()) this.#cells[i] += sums[name];
    if (slot !== undefined) this.#cells[CHARGED + slot] += sums.bytes;
  }

  /** What was added is to be seen by who asks for it from here on. */
  #publish(): void {
    // PUBLISHES the cells; pairs with the load in look(). No other thread stores it.
    Atomics.store(this.#published, 0, (this.#published[0] + 1) | 0);
  }

  /** How often something was published; what was before is seen by who has asked. */
  look(): number {
    return Atomics.load(this.#published, 0);
  }

  read(): LaneSums {
    return Object.fromEntries(SUM_NAMES.map((name, i) => [name, this.#cells[i]])) as Record<
      keyof LaneSums,
      number
    >;
  }

  charged(slot: number): number {
    return this.#cells[CHARGED + slot];
  }
}

/** Publishes with each request what was counted for it, before its client can know. */
class PublishedMetrics extends HttpMetrics {
  readonly #publish: () => void;

  constructor(cells: Float64Array, publish: () => void) {
    super(cells);
    this.#publish = publish;
  }

  override end(...ended: Parameters<HttpMetrics["end"]>): void {
    super.end(...ended);
    this.#publish();
  }
}

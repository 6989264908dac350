import {
  RING_CAPACITY,
  RING_OFFSET,
  RING_SLOT_BYTES,
  WORKER_BYTES,
  WORKER_RING_HEAD,
  WORKER_RING_TAIL,
  WORKERS,
} from "../../assembly/layout.ts";

/** What came of one task. */
export interface Result {
  kind: number;
  job: number;
  epoch: number;
  part: number;
  /** A kernel status of `assembly/layout.ts`, or WORKER_FAULT. */
  status: number;
  /** Bytes of text that were counted. */
  bytes: number;
  tokens: number;
  /** Invalid UTF-8 sequences that were replaced. */
  replaced: number;
  /** Byte offset in the chunk of what the status complains about. */
  offset: number;
  /** Address and bytes of the chunk's edge words, for n-grams across chunks. */
  edges: number;
  edgesBytes: number;
  /** Microseconds that the kernel worked. */
  micros: number;
}

/** Status of a task whose kernel trapped or threw. */
export const WORKER_FAULT = 100;

/**
 * The results of one worker: a ring with one producer, that worker, and one consumer, the host.
 *
 * 1. tail − head results are readable; only the worker stores the tail, only the host the head.
 * 2. A result's words are stable from the store of the tail to the store of the head.
 * 3. The host lets no more than RING_CAPACITY tasks be out at once, so a ring is never full.
 * 4. After the tail, the worker rings the doorbell that all rings share (`doorbell.ts`).
 */
export class ResultRing {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #head: number;
  readonly #tail: number;
  readonly #slots: number;
  readonly #capacity: number;

  constructor(
    words: Int32Array<SharedArrayBuffer>,
    base: number,
    capacity = RING_CAPACITY,
  ) {
    this.#words = words;
    this.#head = (base + WORKER_RING_HEAD) >> 2;
    this.#tail = (base + WORKER_RING_TAIL) >> 2;
    this.#slots = (base + RING_OFFSET) >> 2;
    this.#capacity = capacity;
  }

  /** The ring of one worker of the engine. */
  static of(words: Int32Array<SharedArrayBuffer>, worker: number): ResultRing {
    return new ResultRing(words, WORKERS + worker * WORKER_BYTES);
  }

  /** Host, once, before the worker starts. */
  initialize(firstTicket = 0): void {
    this.#words[this.#head] = firstTicket;
    this.#words[this.#tail] = firstTicket;
  }

  #slot(ticket: number): number {
    return this.#slots + (ticket & (this.#capacity - 1)) * (RING_SLOT_BYTES >> 2);
  }

  /** The ticket of the next result: how many the worker has published, modulo 2^32. */
  get ticket(): number {
    return Atomics.load(this.#words, this.#tail);
  }

  /** Worker: appends a result; the doorbell is to be rung afterwards. */
  publish(result: Result): void {
    const words = this.#words;
    const ticket = words[this.#tail]; // only this worker stores it
    const slot = this.#slot(ticket);
    words[slot] = result.kind;
    words[slot + 1] = result.job;
    words[slot + 2] = result.epoch;
    words[slot + 3] = result.part;
    words[slot + 4] = result.status;
    words[slot + 5] = result.bytes;
    words[slot + 6] = result.tokens;
    words[slot + 7] = result.replaced;
    words[slot + 8] = result.offset;
    words[slot + 9] = result.edges;
    words[slot + 10] = result.edgesBytes;
    words[slot + 11] = result.micros;
    // PUBLISHES the result and all that the kernel wrote before it; pairs with drain()'s load.
    Atomics.store(words, this.#tail, (ticket + 1) | 0);
  }

  /** Host: hands every readable result to `consume`; the object is reused between calls. */
  drain(result: Result, consume: (result: Result) => void): void {
    const words = this.#words;
    let ticket = words[this.#head]; // only the host stores it
    // Pairs with publish(): the results below the tail are visible and stable.
    while (ticket !== Atomics.load(words, this.#tail)) {
      this.#read(this.#slot(ticket), result);
      ticket = (ticket + 1) | 0;
      // PUBLISHES that the slot was read.
      Atomics.store(words, this.#head, ticket);
      consume(result);
    }
  }

  #read(slot: number, result: Result): void {
    const words = this.#words;
    result.kind = words[slot];
    result.job = words[slot + 1];
    result.epoch = words[slot + 2];
    result.part = words[slot + 3];
    result.status = words[slot + 4];
    result.bytes = words[slot + 5] >>> 0;
    result.tokens = words[slot + 6] >>> 0;
    result.replaced = words[slot + 7] >>> 0;
    result.offset = words[slot + 8] >>> 0;
    result.edges = words[slot + 9] >>> 0;
    result.edgesBytes = words[slot + 10] >>> 0;
    result.micros = words[slot + 11] >>> 0;
  }
}

/** An empty result for publish() and drain(). */
export function createResult(): Result {
  return {
    kind: 0,
    job: 0,
    epoch: 0,
    part: 0,
    status: 0,
    bytes: 0,
    tokens: 0,
    replaced: 0,
    offset: 0,
    edges: 0,
    edgesBytes: 0,
    micros: 0,
  };
}

import {
  RING_CAPACITY,
  RING_OFFSET,
  RING_SLOT_BYTES,
  WORKER_RING_HEAD,
  WORKER_RING_TAIL,
} from "../../assembly/layout.ts";
import { placeAddress } from "./addresses.ts";

/**
 * The tickets of the tasks that one worker has done: a ring with one producer, that worker, and one
 * consumer, the host. The outcomes stand in the task records.
 *
 * 1. tail − head tickets are readable; only the worker stores the tail, only the host the head.
 * 2. A slot is stable from the store of the tail to the store of the head.
 * 3. A worker publishes a record once in each generation, and the host ends the generation when it
 *    has read the record; there are no more records than slots, so a ring is never full.
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

  /** The ring of one place of the engine. */
  static of(words: Int32Array<SharedArrayBuffer>, place: number): ResultRing {
    return new ResultRing(words, placeAddress(place));
  }

  /** Host, once, before the worker starts. */
  initialize(first = 0): void {
    this.#words[this.#head] = first;
    this.#words[this.#tail] = first;
  }

  #slot(position: number): number {
    return this.#slots + (position & (this.#capacity - 1)) * (RING_SLOT_BYTES >> 2);
  }

  /** Worker: appends the ticket of a task that it has done. */
  publish(ticket: number): void {
    const words = this.#words;
    const position = words[this.#tail]; // only this worker stores it
    words[this.#slot(position)] = ticket;
    // PUBLISHES the ticket; pairs with drain()'s load.
    Atomics.store(words, this.#tail, (position + 1) | 0);
  }

  /** Host: hands every readable ticket to `consume`. */
  drain(consume: (ticket: number) => void): void {
    const words = this.#words;
    let position = words[this.#head]; // only the host stores it
    // Pairs with publish(): the tickets below the tail are visible and stable.
    while (position !== Atomics.load(words, this.#tail)) {
      const ticket = words[this.#slot(position)];
      position = (position + 1) | 0;
      // PUBLISHES that the slot was read.
      Atomics.store(words, this.#head, position);
      consume(ticket);
    }
  }
}

import {
  LINE,
  RING_OFFSET,
  RING_SLOT_BYTES,
  TASK_BYTES,
  TASK_SLOT_BYTES,
  TASK_TALLIED,
  WORKER_RING_HEAD,
  WORKER_RING_TAIL,
} from "../../assembly/layout.ts";
import { ResultRing } from "../../src/shared/result_ring.ts";
import { TaskQueue, type TaskQueueRegion } from "../../src/shared/task_queue.ts";
import { TaskRecords } from "../../src/shared/task_records.ts";

/** One stress run of the queues; the host hands it to every worker. */
export interface QueueCase {
  name: string;
  workers: number;
  queueCapacity: number;
  ringCapacity: number;
  /** Position of the first task in the queue and of each worker's first result. */
  first: number;
  tasks: number;
  seed: number;
}

/** What a worker needs. */
export interface QueueStressStart {
  buffer: SharedArrayBuffer;
  worker: number;
  queueCase: QueueCase;
}

/** What every word holds that no protocol stores. */
export const CANARY = 0x5ca1ab1e;
/** Words that the queue stores in a slot: the stamp and the ticket. */
const SLOT_WORDS = 2;
/**
 * Words of a record: the task on its first line; state, progress and outcome on its second, and
 * whether there are tallies.
 */
const TASK_WORDS = 6;
const OUTCOME_WORDS = 10;

/** Where a case keeps its words; all that no protocol stores holds canaries. */
export class QueueStressLayout {
  readonly doorbell = LINE;
  readonly stop = 2 * LINE;
  readonly bytes: number;
  readonly #queue: TaskQueueRegion;
  readonly #records: number;
  readonly #rings: number[] = [];
  readonly #ringCapacity: number;
  /** Per word: 1 where a protocol stores. */
  readonly #stored: Uint8Array;

  constructor({ workers, queueCapacity, ringCapacity }: QueueCase) {
    this.#ringCapacity = ringCapacity;
    this.#queue = {
      head: 3 * LINE,
      tail: 4 * LINE,
      bell: 5 * LINE,
      waiters: 6 * LINE,
      spinner: 7 * LINE,
      slots: 8 * LINE,
      capacity: queueCapacity,
    };
    this.#records = this.#queue.slots + queueCapacity * TASK_SLOT_BYTES + LINE;
    let end = this.#records + ringCapacity * TASK_BYTES;
    for (let worker = 0; worker < workers; worker++) {
      const base = end + LINE;
      this.#rings.push(base);
      end = base + RING_OFFSET + ringCapacity * RING_SLOT_BYTES;
    }
    this.bytes = end + LINE;
    this.#stored = new Uint8Array(this.bytes >> 2);
    this.#markStored();
  }

  #markStored(): void {
    const mark = (start: number, words = 1) =>
      this.#stored.fill(1, start >> 2, (start >> 2) + words);
    const { head, tail, bell, waiters, spinner, slots, capacity } = this.#queue;
    for (const word of [this.doorbell, this.stop, head, tail, bell, waiters, spinner]) mark(word);
    for (let i = 0; i < capacity; i++) mark(slots + i * TASK_SLOT_BYTES, SLOT_WORDS);
    for (let i = 0; i < this.#ringCapacity; i++) {
      mark(this.#records + i * TASK_BYTES, TASK_WORDS);
      mark(this.#records + i * TASK_BYTES + LINE, OUTCOME_WORDS);
      mark(this.#records + i * TASK_BYTES + TASK_TALLIED);
    }
    for (const base of this.#rings) {
      mark(base + WORKER_RING_HEAD);
      mark(base + WORKER_RING_TAIL);
      for (let i = 0; i < this.#ringCapacity; i++) {
        mark(base + RING_OFFSET + i * RING_SLOT_BYTES);
      }
    }
  }

  queueOf(words: Int32Array<SharedArrayBuffer>): TaskQueue {
    return new TaskQueue(words, this.#queue);
  }

  recordsOf(words: Int32Array<SharedArrayBuffer>): TaskRecords {
    return new TaskRecords(words, this.#records, this.#ringCapacity);
  }

  ringsOf(words: Int32Array<SharedArrayBuffer>): ResultRing[] {
    return this.#rings.map((base) => new ResultRing(words, base, this.#ringCapacity));
  }

  /** A memory with canaries around every region. */
  createWords(): Int32Array<SharedArrayBuffer> {
    const words = new Int32Array(new SharedArrayBuffer(this.bytes));
    for (let word = 0; word < words.length; word++) {
      if (this.#stored[word] === 0) words[word] = CANARY;
    }
    return words;
  }

  /** Addresses of canaries that somebody has overwritten. */
  damaged(words: Int32Array): number[] {
    const damaged: number[] = [];
    for (let word = 0; word < words.length; word++) {
      if (this.#stored[word] === 0 && words[word] !== CANARY) damaged.push(word * 4);
    }
    return damaged;
  }
}

/** A value that only this field of this part of this run has. */
export function checksum(part: number, field: number, seed: number): number {
  const bits = Math.imul(part ^ seed ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(field + 1, 0x85ebca6b);
  const mixed = Math.imul(bits ^ (bits >>> 15), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

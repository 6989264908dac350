import {
  TASK_BELL,
  TASK_CAPACITY,
  TASK_HEAD,
  TASK_SLOT_BYTES,
  TASK_SLOTS,
  TASK_TAIL,
  TASK_WAITERS,
} from "../../assembly/layout.ts";

/** What a worker does with a task; the numbers stand in shared memory. */
export const TaskKind = {
  /** Count one chunk. */
  map: 1,
  /** Scatter one worker's table into partitions. */
  partition: 2,
  /** Merge and order one partition. */
  reduce: 3,
  /** Merge the ordered partitions into the segment. */
  finish: 4,
  /** Partition, reduce and finish in one go. */
  reduceAll: 5,
  /** Count the only chunk of a job, then as `reduceAll`. */
  count: 6,
} as const;

export type TaskKind = typeof TaskKind[keyof typeof TaskKind];

/** One unit of work. */
export interface Task {
  kind: number;
  /** Index of the job record. */
  job: number;
  /** The job's epoch: a result of another epoch belongs to a job that is gone. */
  epoch: number;
  /** Number of the chunk, table or partition. */
  part: number;
  /** Address and bytes of the text; 0 where there is none. */
  start: number;
  bytes: number;
}

/** Where a queue lives; the engine has one, tests make small ones. */
export interface TaskQueueRegion {
  slots: number;
  capacity: number;
  head: number;
  tail: number;
  bell: number;
  waiters: number;
}

const ENGINE_REGION: TaskQueueRegion = {
  slots: TASK_SLOTS,
  capacity: TASK_CAPACITY,
  head: TASK_HEAD,
  tail: TASK_TAIL,
  bell: TASK_BELL,
  waiters: TASK_WAITERS,
};

/**
 * A bounded queue of tasks in shared memory (Vyukov's bounded queue with one producer).
 * Roles: one host pushes; any worker takes.
 *
 * 1. The slot of ticket t is t mod capacity. It is writable when its stamp equals t, takable when
 *    its stamp equals t + 1, and belongs to the taker until the taker stamps it t + capacity.
 * 2. A task's words are stable while its slot is takable.
 * 3. A ticket is taken by exactly one successful compare-exchange of the head.
 * 4. Tickets wrap at 2³²; only differences are compared, and capacity is far below 2³¹.
 * 5. A worker that found the queue empty sleeps on the bell *with the value it read before it
 *    looked*, so a push in between makes the sleep return at once: no wake-up is lost.
 */
export class TaskQueue {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #slots: number;
  readonly #capacity: number;
  readonly #head: number;
  readonly #tail: number;
  readonly #bell: number;
  readonly #waiters: number;

  constructor(words: Int32Array<SharedArrayBuffer>, region = ENGINE_REGION) {
    this.#words = words;
    this.#slots = region.slots >> 2;
    this.#capacity = region.capacity;
    this.#head = region.head >> 2;
    this.#tail = region.tail >> 2;
    this.#bell = region.bell >> 2;
    this.#waiters = region.waiters >> 2;
  }

  /** Host, once, before any other thread sees the queue. */
  initialize(firstTicket = 0): void {
    this.#words[this.#head] = firstTicket;
    this.#words[this.#tail] = firstTicket;
    for (let i = 0; i < this.#capacity; i++) {
      const ticket = (firstTicket + i) | 0;
      this.#words[this.#slot(ticket)] = ticket;
    }
  }

  #slot(ticket: number): number {
    return this.#slots + (ticket & (this.#capacity - 1)) * (TASK_SLOT_BYTES >> 2);
  }

  /**
   * Host: appends a task and wakes a sleeping worker.
   *
   * @returns false when the queue is full.
   */
  push(task: Task): boolean {
    const words = this.#words;
    const ticket = words[this.#tail]; // only the host stores it
    const slot = this.#slot(ticket);
    // Pairs with the taker's stamp: its reads of the slot are over.
    if (Atomics.load(words, slot) !== ticket) return false;
    words[slot + 1] = task.kind;
    words[slot + 2] = task.job;
    words[slot + 3] = task.epoch;
    words[slot + 4] = task.part;
    words[slot + 5] = task.start;
    words[slot + 6] = task.bytes;
    words[this.#tail] = (ticket + 1) | 0;
    // PUBLISHES the task's words; pairs with the stamp load in take().
    Atomics.store(words, slot, (ticket + 1) | 0);
    // Sequentially consistent with the waiter's increment: either we see the waiter, or the
    // waiter's wait sees the changed bell.
    Atomics.add(words, this.#bell, 1);
    if (Atomics.load(words, this.#waiters) > 0) Atomics.notify(words, this.#bell, 1);
    return true;
  }

  /**
   * Any worker: takes the oldest task into `task`.
   *
   * @returns false when the queue is empty.
   */
  take(task: Task): boolean {
    const words = this.#words;
    for (;;) {
      const ticket = Atomics.load(words, this.#head);
      const slot = this.#slot(ticket);
      // Pairs with the host's stamp: the task's words are visible and stable.
      const lead = (Atomics.load(words, slot) - ticket - 1) | 0;
      if (lead < 0) return false;
      if (lead > 0) continue; // another worker took this ticket meanwhile
      const next = (ticket + 1) | 0;
      // Decides which worker owns the ticket; no other word depends on its order.
      if (Atomics.compareExchange(words, this.#head, ticket, next) !== ticket) continue;
      task.kind = words[slot + 1];
      task.job = words[slot + 2];
      task.epoch = words[slot + 3];
      task.part = words[slot + 4];
      task.start = words[slot + 5] >>> 0;
      task.bytes = words[slot + 6] >>> 0;
      // PUBLISHES that the slot may be written again; pairs with the load in push().
      Atomics.store(words, slot, (ticket + this.#capacity) | 0);
      return true;
    }
  }

  /** The value of the bell, to be read before take() and handed to wait(). */
  get bell(): number {
    return Atomics.load(this.#words, this.#bell);
  }

  /** Worker: sleeps until the bell differs from `seen`, at most `timeoutMs`. */
  wait(seen: number, timeoutMs: number): void {
    Atomics.add(this.#words, this.#waiters, 1);
    Atomics.wait(this.#words, this.#bell, seen, timeoutMs);
    Atomics.sub(this.#words, this.#waiters, 1);
  }

  /** Host: wakes every sleeping worker, so that it reads the stop word again. */
  wakeAll(): void {
    Atomics.add(this.#words, this.#bell, 1);
    Atomics.notify(this.#words, this.#bell);
  }

  /** Tasks that are pushed and not yet taken; a snapshot. */
  get length(): number {
    return (this.#words[this.#tail] - Atomics.load(this.#words, this.#head)) | 0;
  }
}

/** An empty task for take() to write into. */
export function createTask(): Task {
  return { kind: 0, job: 0, epoch: 0, part: 0, start: 0, bytes: 0 };
}

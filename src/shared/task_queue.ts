import {
  TASK_BELL,
  TASK_CAPACITY,
  TASK_HEAD,
  TASK_SLOT_BYTES,
  TASK_SLOTS,
  TASK_SPINNER,
  TASK_TAIL,
  TASK_WAITERS,
} from "../../assembly/layout.ts";
import { NO_TICKET } from "./ticket.ts";

/** Looks at the bell: some 20 µs, which is what waking a thread takes. */
const SPINS = 1500;
/** A worker that has had no luck with spinning tries it again after so many sleeps. */
const SPIN_TRIAL = 16;
const MOST_LUCK = 8;

/** Where a queue lives; the engine has one, tests make small ones. */
export interface TaskQueueRegion {
  slots: number;
  capacity: number;
  head: number;
  tail: number;
  bell: number;
  waiters: number;
  spinner: number;
}

const ENGINE_REGION: TaskQueueRegion = {
  slots: TASK_SLOTS,
  capacity: TASK_CAPACITY,
  head: TASK_HEAD,
  tail: TASK_TAIL,
  bell: TASK_BELL,
  waiters: TASK_WAITERS,
  spinner: TASK_SPINNER,
};

/**
 * A bounded queue of task tickets in shared memory (Vyukov's bounded queue with one producer).
 * Roles: one host pushes; any worker takes.
 *
 * 1. The slot of position p is p mod capacity. The host stamps it p + 1 when its ticket is there.
 * 2. A slot is written again only when the head has passed it: so a ticket that was read before a
 *    successful exchange of the head is the position's.
 * 3. A worker takes a position by one successful compare-exchange of the head, and stores nothing
 *    else: wherever it dies, the queue stays sound.
 * 4. Positions wrap at 2³²; only differences are compared, and capacity is far below 2³¹.
 * 5. A worker that found the queue empty sleeps on the bell *with the value it read before it
 *    looked*, so a push in between makes the sleep return at once: no wake-up is lost.
 * 6. One worker at a time may spin before it sleeps. A push that finds a spinner wakes no other
 *    worker for the only ticket. The push changes the bell before it looks for a spinner, and the
 *    spinner compares the bell once more when it has stopped spinning, at the latest in wait(). So
 *    the spinner finds the ticket, unless another worker has taken it.
 */
export class TaskQueue {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #slots: number;
  readonly #capacity: number;
  readonly #head: number;
  readonly #tail: number;
  readonly #bell: number;
  readonly #waiters: number;
  readonly #spinner: number;

  // What this instance alone knows, in the thread of one worker:

  /** How much spinning has paid lately. */
  #luck = 0;
  /** Sleeps without spinning. */
  #idle = 0;
  /** Exchanges of the head that another worker won. */
  misses = 0;

  constructor(words: Int32Array<SharedArrayBuffer>, region = ENGINE_REGION) {
    this.#words = words;
    this.#slots = region.slots >> 2;
    this.#capacity = region.capacity;
    this.#head = region.head >> 2;
    this.#tail = region.tail >> 2;
    this.#bell = region.bell >> 2;
    this.#waiters = region.waiters >> 2;
    this.#spinner = region.spinner >> 2;
  }

  /** Host, once, before any other thread sees the queue. */
  initialize(first = 0): void {
    this.#words[this.#head] = first;
    this.#words[this.#tail] = first;
    for (let i = 0; i < this.#capacity; i++) {
      const position = (first + i) | 0;
      this.#words[this.#slot(position)] = position; // below its stamp
    }
  }

  #slot(position: number): number {
    return this.#slots + (position & (this.#capacity - 1)) * (TASK_SLOT_BYTES >> 2);
  }

  /**
   * Host: appends a ticket and wakes a sleeping worker.
   *
   * @returns false when the queue is full.
   */
  push(ticket: number): boolean {
    const words = this.#words;
    const position = words[this.#tail]; // only the host stores it
    // Pairs with the exchange in take(): a worker that still reads the slot cannot succeed.
    if (((position - Atomics.load(words, this.#head)) | 0) >= this.#capacity) return false;
    const slot = this.#slot(position);
    Atomics.store(words, slot + 1, ticket);
    words[this.#tail] = (position + 1) | 0;
    // PUBLISHES the ticket; pairs with the stamp load in take().
    Atomics.store(words, slot, (position + 1) | 0);
    // Sequentially consistent with the waiter's increment: either the host sees the waiter, or the
    // waiter's wait sees the changed bell.
    Atomics.add(words, this.#bell, 1);
    if (Atomics.load(words, this.#waiters) > 0 && !this.#isAwaited()) {
      Atomics.notify(words, this.#bell, 1);
    }
    return true;
  }

  /** Host: whether a spinning worker finds the only ticket; see invariant 6. */
  #isAwaited(): boolean {
    return this.length <= 1 && Atomics.load(this.#words, this.#spinner) !== 0;
  }

  /** Any worker: takes the oldest ticket; NO_TICKET when the queue is empty. */
  take(): number {
    const words = this.#words;
    for (;;) {
      const position = Atomics.load(words, this.#head);
      const slot = this.#slot(position);
      // Pairs with the host's stamp: the ticket is visible and stable.
      const lead = (Atomics.load(words, slot) - position - 1) | 0;
      if (lead < 0) return NO_TICKET;
      if (lead > 0) continue; // another worker took this position meanwhile
      const ticket = Atomics.load(words, slot + 1); // the position's, if the exchange succeeds
      const next = (position + 1) | 0;
      // Takes the position, and PUBLISHES that the slot was read; pairs with push().
      if (Atomics.compareExchange(words, this.#head, position, next) === position) return ticket;
      this.misses++;
    }
  }

  /** Host: the tickets that no worker has taken; a snapshot. */
  tickets(): Set<number> {
    const tickets = new Set<number>();
    const tail = this.#words[this.#tail];
    for (let at = Atomics.load(this.#words, this.#head); at !== tail; at = (at + 1) | 0) {
      tickets.add(this.#words[this.#slot(at) + 1]);
    }
    return tickets;
  }

  /** The value of the bell; a worker reads it before take() and hands it to wait(). */
  get bell(): number {
    return Atomics.load(this.#words, this.#bell);
  }

  /**
   * Worker, before it sleeps: looks at the bell for as long as a wake-up takes, unless another worker
   * does, or it has not paid lately. A task that comes meanwhile saves the host a system call of
   * 4 µs, and is done without waiting until a thread has woken up.
   *
   * @returns Whether the bell differs from `seen`.
   */
  spin(seen: number, place: number): boolean {
    const words = this.#words;
    if (this.#luck === 0 && ++this.#idle % SPIN_TRIAL !== 0) return false;
    // Sequentially consistent with push(), like all that touches this word: see invariant 6.
    if (Atomics.compareExchange(words, this.#spinner, 0, place + 1) !== 0) return false;
    let rung = false;
    for (let i = 0; i < SPINS && !rung; i++) rung = Atomics.load(words, this.#bell) !== seen;
    Atomics.store(words, this.#spinner, 0);
    this.#luck = rung ? Math.min(this.#luck + 2, MOST_LUCK) : Math.max(this.#luck - 1, 0);
    return rung;
  }

  /** Host: a worker has died; if it was the spinner, none spins any more. wakeAll() must follow. */
  releaseSpinner(place: number): void {
    Atomics.compareExchange(this.#words, this.#spinner, place + 1, 0);
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

  /** Tickets that are pushed and not yet taken; a snapshot. */
  get length(): number {
    return (this.#words[this.#tail] - Atomics.load(this.#words, this.#head)) | 0;
  }
}

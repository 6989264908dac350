import {
  TASK_ASKED,
  TASK_BAD_OFFSET,
  TASK_BYTES,
  TASK_CLAIMED,
  TASK_CLEAN,
  TASK_COUNTING,
  TASK_DONE,
  TASK_EDGES,
  TASK_EDGES_BYTES,
  TASK_EPOCH,
  TASK_FREE,
  TASK_JOB,
  TASK_KIND,
  TASK_LOST,
  TASK_MICROS,
  TASK_OFFSET,
  TASK_OFFSET_TOKENS,
  TASK_PART,
  TASK_READY,
  TASK_RECORD_CAPACITY,
  TASK_REPLACED,
  TASK_START,
  TASK_STATE,
  TASK_STATUS,
  TASK_TEXT_BYTES,
  TASK_TOKENS,
  TASKS,
} from "../../assembly/layout.ts";
import type { Outcome, Result, Task, TaskKind } from "./task.ts";
import {
  claimedBy,
  generationOf,
  inPhase,
  nextGeneration,
  NO_TICKET,
  phaseOf,
  placeOf,
  recordOf,
} from "./ticket.ts";

/**
 * The tasks that are out: a record each, whose state word says whose it is. Queue and rings carry
 * tickets, which are a record and its generation.
 *
 *   FREE ─ host ─► READY ─ worker ─► CLAIMED ◄─ worker ─► COUNTING ─ worker ─► DONE ─ host ─► FREE
 *                    ▲                  │ host               │ host              │ host
 *                    ├──────────────────┘                    ▼                   │
 *                    ├─── host ─── CLEAN ◄── worker ─── ASKED ─ worker ─► DONE   │
 *                    │                                       │ host              │
 *                    │             FREE ◄─── host ─── LOST ◄─┘                   │
 *                    └───────────────────────────────────────────────────────────┘
 *
 * Roles: the host opens, takes back and frees; one worker at a time, which the state names by its
 * place, counts.
 *
 * 1. The state word moves by compare-exchange only, and a host's move to READY or FREE makes a new
 *    generation. A place stays with its thread until that thread has ended. So an exchange of a
 *    thread whose task was taken away fails, whenever it comes.
 * 2. A worker writes to the record, the job's tables and pages, and the text in COUNTING and ASKED
 *    only. In every other state what the job has counted is whole, and TASK_OFFSET says how far.
 * 3. Therefore a task that is taken back from CLAIMED or CLEAN is worth what it has counted, goes
 *    on from there, and counts nothing twice. One that ended in COUNTING or ASKED is LOST, and
 *    with it the run of its job.
 * 4. ASKED is a request of the host's: the worker's next step out of COUNTING finds it, and leaves
 *    the task CLEAN, or DONE.
 * 5. A ticket is worth nothing by itself: who takes one has the task if the exchange from READY to
 *    CLAIMED succeeds. So a task whose ticket may have been lost with a thread is pushed again.
 */
export class TaskRecords {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #base: number;
  readonly #capacity: number;
  readonly #free: number[] = [];

  constructor(
    words: Int32Array<SharedArrayBuffer>,
    base = TASKS,
    capacity = TASK_RECORD_CAPACITY,
  ) {
    this.#words = words;
    this.#base = base;
    this.#capacity = capacity;
  }

  #word(ticket: number, offset: number): number {
    return (this.#base + recordOf(ticket) * TASK_BYTES + offset) >> 2;
  }

  /** Address of the record that a ticket is for. */
  address(ticket: number): number {
    return this.#base + recordOf(ticket) * TASK_BYTES;
  }

  /** The state word, for inspection; it may change at once. */
  state(ticket: number): number {
    return Atomics.load(this.#words, this.#word(ticket, TASK_STATE));
  }

  /** Sequentially consistent: PUBLISHES what its thread wrote before, to whoever exchanges next. */
  #move(ticket: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, this.#word(ticket, TASK_STATE), from, to) === from;
  }

  // ---- host ------------------------------------------------------------------------------------

  /** Once, before any other thread sees the records. */
  initialize(): void {
    for (let record = this.#capacity - 1; record >= 0; record--) this.#free.push(record);
  }

  /** Makes a task ready; its ticket, or NO_TICKET when all records are in use. */
  open(task: Task): number {
    const record = this.#free.pop();
    if (record === undefined) return NO_TICKET;
    const words = this.#words;
    const at = this.#word(record, 0);
    words[at + (TASK_KIND >> 2)] = task.kind;
    words[at + (TASK_JOB >> 2)] = task.job;
    words[at + (TASK_EPOCH >> 2)] = task.epoch;
    words[at + (TASK_PART >> 2)] = task.part;
    words[at + (TASK_START >> 2)] = task.start;
    words[at + (TASK_TEXT_BYTES >> 2)] = task.bytes;
    words[at + (TASK_OFFSET >> 2)] = 0;
    words[at + (TASK_OFFSET_TOKENS >> 2)] = 0;
    const generation = generationOf(this.state(record));
    // PUBLISHES the task; pairs with claim().
    this.#move(record, generation | TASK_FREE, generation | TASK_READY);
    return generation | record;
  }

  /**
   * Reads what came of a task.
   *
   * @returns false when it is not done, or long gone: then there is nothing to tell.
   */
  read(ticket: number, result: Result): boolean {
    // Pairs with done(): the outcome is visible and stable.
    const state = this.state(ticket);
    if (phaseOf(state) !== TASK_DONE || generationOf(state) !== generationOf(ticket)) return false;
    this.readTask(ticket, result);
    const words = this.#words;
    const at = this.#word(ticket, 0);
    result.status = words[at + (TASK_STATUS >> 2)];
    result.tokens = words[at + (TASK_TOKENS >> 2)] >>> 0;
    result.replaced = words[at + (TASK_REPLACED >> 2)] >>> 0;
    result.offset = words[at + (TASK_BAD_OFFSET >> 2)] >>> 0;
    result.edges = words[at + (TASK_EDGES >> 2)] >>> 0;
    result.edgesBytes = words[at + (TASK_EDGES_BYTES >> 2)] >>> 0;
    result.micros = words[at + (TASK_MICROS >> 2)] >>> 0;
    result.place = placeOf(state);
    return true;
  }

  /** Reads the task itself, which only the host changes. */
  readTask(ticket: number, task: Task): void {
    const words = this.#words;
    const at = this.#word(ticket, 0);
    task.kind = words[at + (TASK_KIND >> 2)] as TaskKind;
    task.job = words[at + (TASK_JOB >> 2)];
    task.epoch = words[at + (TASK_EPOCH >> 2)];
    task.part = words[at + (TASK_PART >> 2)];
    task.start = words[at + (TASK_START >> 2)] >>> 0;
    task.bytes = words[at + (TASK_TEXT_BYTES >> 2)] >>> 0;
  }

  /** Gives back the record of a task that is DONE, or LOST and out of its thread's reach. */
  free(ticket: number): void {
    const state = this.state(ticket);
    const phase = phaseOf(state);
    if (phase !== TASK_DONE && phase !== TASK_LOST) return;
    const next = nextGeneration(state);
    if (this.#move(ticket, state, next | TASK_FREE)) this.#free.push(recordOf(ticket));
  }

  /**
   * Takes a task back that is whole, which fences its thread off, and makes it ready again.
   *
   * @returns Its new ticket, or NO_TICKET when its thread is counting, or done.
   */
  takeBack(ticket: number): number {
    const state = this.state(ticket);
    const phase = phaseOf(state);
    if (phase !== TASK_CLAIMED && phase !== TASK_CLEAN) return NO_TICKET;
    return this.#again(ticket, state);
  }

  /** Makes a task ready again that is done with a CLEAN_FAULT. */
  rerun(ticket: number): number {
    const state = this.state(ticket);
    return phaseOf(state) === TASK_DONE ? this.#again(ticket, state) : NO_TICKET;
  }

  /** Takes a task that nobody has claimed out of the way. */
  withdraw(ticket: number): void {
    const state = this.state(ticket);
    const next = nextGeneration(state);
    if (phaseOf(state) !== TASK_READY) return;
    if (this.#move(ticket, state, next | TASK_FREE)) this.#free.push(recordOf(ticket));
  }

  #again(ticket: number, state: number): number {
    const next = nextGeneration(state);
    return this.#move(ticket, state, next | TASK_READY) ? next | recordOf(ticket) : NO_TICKET;
  }

  /** Asks the counting thread to stop where the task is whole; false when it does not count. */
  ask(ticket: number): boolean {
    const state = this.state(ticket);
    return phaseOf(state) === TASK_COUNTING &&
      this.#move(ticket, state, inPhase(state, TASK_ASKED));
  }

  /** Gives up a task that its thread has left half-way; false when it is in another state. */
  lose(ticket: number): boolean {
    const state = this.state(ticket);
    const phase = phaseOf(state);
    if (phase !== TASK_COUNTING && phase !== TASK_ASKED) return false;
    return this.#move(ticket, state, inPhase(state, TASK_LOST));
  }

  /** The record that a place has claimed, counts or has done, as a ticket; or NO_TICKET. */
  heldBy(place: number): number {
    for (let record = 0; record < this.#capacity; record++) {
      const state = this.state(record);
      const phase = phaseOf(state);
      if (phase <= TASK_READY || phase === TASK_LOST || placeOf(state) !== place) continue;
      return generationOf(state) | record;
    }
    return NO_TICKET;
  }

  /** Every record of a place that is done, as tickets. */
  doneBy(place: number): number[] {
    return this.#all((state) => phaseOf(state) === TASK_DONE && placeOf(state) === place);
  }

  /** Tickets of the tasks that nobody has claimed. */
  ready(): number[] {
    return this.#all((state) => phaseOf(state) === TASK_READY);
  }

  #all(matches: (state: number) => boolean): number[] {
    const found: number[] = [];
    for (let record = 0; record < this.#capacity; record++) {
      const state = this.state(record);
      if (matches(state)) found.push(generationOf(state) | record);
    }
    return found;
  }

  // ---- worker ----------------------------------------------------------------------------------

  /**
   * Makes a ticket's task this place's own, and reads it.
   *
   * @returns false when another has it, or had it: then the ticket is to be dropped.
   */
  claim(ticket: number, place: number, task: Task): boolean {
    const generation = generationOf(ticket);
    const claimed = claimedBy(ticket, place);
    // Pairs with open(): the task's words are visible, and stable while it is claimed.
    if (!this.#move(ticket, generation | TASK_READY, claimed)) return false;
    this.readTask(ticket, task);
    return true;
  }

  /** From here to commit() or done() the thread may write; false when it has been fenced off. */
  begin(ticket: number, place: number): boolean {
    const claimed = claimedBy(ticket, place);
    // Pairs with what the thread before has published: tables and progress are whole.
    return this.#move(ticket, claimed, inPhase(claimed, TASK_COUNTING));
  }

  /** Says that all is whole again, and goes on reading only; false: fenced off, leave. */
  commit(ticket: number, place: number): boolean {
    const claimed = claimedBy(ticket, place);
    if (this.#move(ticket, inPhase(claimed, TASK_COUNTING), claimed)) return true;
    this.#move(ticket, inPhase(claimed, TASK_ASKED), inPhase(claimed, TASK_CLEAN));
    return false;
  }

  /** Whether the thread, between begin() and done(), has left off where all is whole. */
  isWhole(ticket: number, place: number): boolean {
    return this.state(ticket) === claimedBy(ticket, place);
  }

  /** While counting: leaves the outcome and gives the task back; false: fenced off, leave. */
  done(ticket: number, place: number, outcome: Outcome): boolean {
    const words = this.#words;
    const at = this.#word(ticket, 0);
    words[at + (TASK_STATUS >> 2)] = outcome.status;
    words[at + (TASK_TOKENS >> 2)] = outcome.tokens;
    words[at + (TASK_REPLACED >> 2)] = outcome.replaced;
    words[at + (TASK_BAD_OFFSET >> 2)] = outcome.offset;
    words[at + (TASK_EDGES >> 2)] = outcome.edges;
    words[at + (TASK_EDGES_BYTES >> 2)] = outcome.edgesBytes;
    words[at + (TASK_MICROS >> 2)] = outcome.micros;
    const claimed = claimedBy(ticket, place);
    const done = inPhase(claimed, TASK_DONE);
    // PUBLISHES the outcome and all that the kernel wrote before; pairs with read().
    return this.#move(ticket, inPhase(claimed, TASK_COUNTING), done) ||
      this.#move(ticket, inPhase(claimed, TASK_ASKED), done);
  }
}

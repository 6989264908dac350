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
  TASK_TALLIED,
  TASK_TEXT_BYTES,
  TASK_TOKENS,
  TASKS,
} from "../../assembly/layout.ts";
import { readUse } from "./kernel_use.ts";
import { readFault } from "./record_fault.ts";
import { readLineFeeds, readTallies } from "./record_tallies.ts";
import { type Outcome, type Result, runsUserCode, type Task, type TaskKind } from "./task.ts";
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
 * The tasks that are out: each has a record, whose state word says which thread may write there.
 * Queue and rings carry tickets, which are a record and its generation.
 *
 *   FREE ─ host ─► READY ─ worker ─► CLAIMED ◄─ worker ─► COUNTING ─ worker ─► DONE ─ host ─► FREE
 *                    ▲                  │ host               │ host              │ host
 *                    ├──────────────────┘                    ▼                   │
 *                    ├─── host ─── CLEAN ◄── worker ─── ASKED ─ worker ─► DONE   │
 *                    │                                       │ host              │
 *                    │             FREE ◄─── host ─── LOST ◄─┘                   │
 *                    └───────────────────────────────────────────────────────────┘
 *
 * Roles: the host opens, takes back and frees; one worker at a time counts, and the state names its
 * place.
 *
 * 1. The state word moves by compare-exchange only, and a host's move to READY or FREE makes a new
 *    generation. A place stays with its thread until that thread has ended. So once the host has
 *    taken a task away, every exchange of its thread fails, however late it comes.
 * 2. A worker writes to the record, the job's tables and pages, and the text in COUNTING and ASKED
 *    only. In every other state the counts of the job are whole, and TASK_OFFSET says how much of
 *    the chunk is in them.
 * 3. So a task that the host takes back from CLAIMED or CLEAN keeps its counts, goes on from there,
 *    and counts nothing twice. A task whose thread ended in COUNTING or ASKED is LOST, and with it
 *    the run of its job.
 * 4. ASKED is a request of the host: the worker's next step out of COUNTING finds it, and leaves the
 *    task CLEAN, or DONE.
 * 5. A ticket is worth nothing by itself: a worker has the task once its exchange from READY to
 *    CLAIMED succeeds. So if a ticket may have been lost with a thread, the host pushes it again.
 */
export class TaskRecords {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #base: number;
  readonly #capacity: number;
  /** Records that are FREE: only the host's instance knows them. */
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

  /** Sequentially consistent: PUBLISHES what this thread wrote before, to the next exchange. */
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
    words[at + (TASK_TALLIED >> 2)] = 0;
    const generation = generationOf(this.state(record));
    // PUBLISHES the task; pairs with claim().
    this.#move(record, generation | TASK_FREE, generation | TASK_READY);
    return generation | record;
  }

  /**
   * Reads what came of a task.
   *
   * @returns false when the task is not done, or the record has another one by now.
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
    result.use = runsUserCode(result.kind) ? readUse(words, at << 2) : undefined;
    result.tallies = readTallies(words, at << 2);
    result.lineFeeds = result.tallies ? readLineFeeds(words, at << 2) : 0;
    result.fault = readFault(words, at << 2);
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

  /** Whether some of the task's chunk is counted. */
  isBegun(ticket: number): boolean {
    return this.#words[this.#word(ticket, TASK_OFFSET)] !== 0;
  }

  /** Gives back the record of a task that is DONE, or LOST when its thread has ended. */
  free(ticket: number): void {
    const state = this.state(ticket);
    const phase = phaseOf(state);
    if (phase !== TASK_DONE && phase !== TASK_LOST) return;
    const next = nextGeneration(state);
    if (this.#move(ticket, state, next | TASK_FREE)) this.#free.push(recordOf(ticket));
  }

  /**
   * Takes back a task that is whole, fences its thread off, and makes the task ready again.
   *
   * @returns Its new ticket, or NO_TICKET when its thread is counting, or has done it.
   */
  takeBack(ticket: number): number {
    const state = this.state(ticket);
    const phase = phaseOf(state);
    if (phase !== TASK_CLAIMED && phase !== TASK_CLEAN) return NO_TICKET;
    return this.#again(ticket, state);
  }

  /** Makes a task that is DONE ready again: one that has failed and is whole, or found no room. */
  rerun(ticket: number): number {
    const state = this.state(ticket);
    return phaseOf(state) === TASK_DONE ? this.#again(ticket, state) : NO_TICKET;
  }

  /** Removes a task that no worker has claimed. */
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

  /** Asks the thread to stop where the task is whole; false when it does not count. */
  ask(ticket: number): boolean {
    const state = this.state(ticket);
    return phaseOf(state) === TASK_COUNTING &&
      this.#move(ticket, state, inPhase(state, TASK_ASKED));
  }

  /** Gives up a task that its thread has left half-way; false when the task is in another state. */
  lose(ticket: number): boolean {
    const state = this.state(ticket);
    const phase = phaseOf(state);
    if (phase !== TASK_COUNTING && phase !== TASK_ASKED) return false;
    return this.#move(ticket, state, inPhase(state, TASK_LOST));
  }

  /** The ticket of the task that a place has claimed, counts or has done; or NO_TICKET. */
  heldBy(place: number): number {
    for (let record = 0; record < this.#capacity; record++) {
      const state = this.state(record);
      const phase = phaseOf(state);
      if (phase <= TASK_READY || phase === TASK_LOST || placeOf(state) !== place) continue;
      return generationOf(state) | record;
    }
    return NO_TICKET;
  }

  /** Tickets of the tasks that a place has done. */
  doneBy(place: number): number[] {
    return this.#all((state) => phaseOf(state) === TASK_DONE && placeOf(state) === place);
  }

  /** Tickets of the tasks that no worker has claimed. */
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
   * Claims a ticket's task for a place, and reads it.
   *
   * @returns false when another place has it, or had it: then the worker drops the ticket.
   */
  claim(ticket: number, place: number, task: Task): boolean {
    const generation = generationOf(ticket);
    const claimed = claimedBy(ticket, place);
    // Pairs with open(): the task's words are visible, and stable while it is claimed.
    if (!this.#move(ticket, generation | TASK_READY, claimed)) return false;
    this.readTask(ticket, task);
    return true;
  }

  /** From here to commit() or done() the thread may write; false: it is fenced off, and leaves. */
  begin(ticket: number, place: number): boolean {
    const claimed = claimedBy(ticket, place);
    // Pairs with the last move of the thread before: tables and progress are whole.
    return this.#move(ticket, claimed, inPhase(claimed, TASK_COUNTING));
  }

  /** All is whole again, and the thread only reads on; false: it is fenced off, and leaves. */
  commit(ticket: number, place: number): boolean {
    const claimed = claimedBy(ticket, place);
    if (this.#move(ticket, inPhase(claimed, TASK_COUNTING), claimed)) return true;
    this.#move(ticket, inPhase(claimed, TASK_ASKED), inPhase(claimed, TASK_CLEAN));
    return false;
  }

  /** Whether the thread has claimed the task, and all is whole. */
  isWhole(ticket: number, place: number): boolean {
    return this.state(ticket) === claimedBy(ticket, place);
  }

  /** Leaves the outcome and gives the task back; false: the thread is fenced off, and leaves. */
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

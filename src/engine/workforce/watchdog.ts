import { TASK_ASKED, TASK_CLAIMED, TASK_COUNTING } from "../../../assembly/layout.ts";
import type { WorkerPool } from "./worker_pool.ts";
import { createTask, runsUserCode } from "../../shared/task.ts";
import type { TaskRecords } from "../../shared/task_records.ts";
import { NO_TICKET, phaseOf } from "../../shared/ticket.ts";

/**
 * A thread may take this long, or `chunkTimeoutMs` if longer, to begin to look for tasks. On a machine
 * that is very busy a start takes tens of seconds, and another one in its place would take longer still.
 */
export const START_MS = 60_000;
/**
 * What a byte of text may cost at worst in one step without a beat: in ICU, which takes a row of
 * letters of a language without spaces in one step, or in one giant word. Every step takes linear
 * time; this is a multiple of what that costs, for machines that have other work.
 */
const MS_PER_BYTE = 1e-3;
/**
 * A thread that gets on may take this many times as long for a chunk as a silent one. Then the host
 * asks for the chunk: the thread stops where it is whole, and another thread goes on from there.
 */
const WHOLE_CHUNK = 4;
/**
 * So many times as long it may take in all. A table of a gigabyte that grows takes seconds of a core,
 * in which the thread is not whole; where it has a tenth of a core, that is a minute.
 */
const STUCK_CHUNK = 16;
/** Looks within a time limit. */
const LOOKS = 4;
/** A thread that is quiet for this part of the time limit is said to hang. */
const HANG_SHARE = 1 / 4;

/** What the watchdog looks at. */
export type WatchedPool = Pick<
  WorkerPool,
  "beat" | "isUsed" | "placeOf" | "places" | "retired" | "size" | "spillWrites"
>;
/** What it looks at of the tasks that are out. */
export type WatchedRecords = Pick<TaskRecords, "ask" | "heldBy" | "readTask" | "state">;

/** What the last look saw of a place. */
interface Sight {
  beat: number;
  ticket: number;
  spillWrites: number;
  /** For how long the thread has shown no sign of life. */
  quietMs: number;
  /** For how long it has had the same task, and has spilled nothing. */
  taskMs: number;
  /** Looks since the host asked for the task in which the thread was quiet, and one; 0 when it has not. */
  asked: number;
}

/** What the watchdog tells. */
export interface WatchEvents {
  /** A thread is silent, and what it has in hand, if anything, is whole. */
  onSilent(place: number, ticket: number): void;
  /** A thread is silent, and was counting. */
  onStuck(place: number, ticket: number): void;
}

/**
 * Finds threads that do not answer. A thread shows that it lives by its beat: it changes with every
 * look for a task, with every sub-block, and with every few thousand records of a reduce. A look
 * counts no more time than a few intervals, so that a process that was suspended does not take its
 * threads for dead. A chunk whose thread finds memory full takes as long as the disk needs for a table
 * of gigabytes, and then says nothing but that it writes.
 */
export class Watchdog {
  /** Time between two looks. */
  readonly intervalMs: number;
  readonly #limitMs: number;
  readonly #pool: WatchedPool;
  readonly #records: WatchedRecords;
  readonly #events: WatchEvents;
  readonly #task = createTask();
  #lookedAt = 0;
  /** Time since the look before. */
  #passedMs = 0;
  /** By place. */
  readonly #sights: (Sight | undefined)[] = [];

  constructor(pool: WatchedPool, records: WatchedRecords, limitMs: number, events: WatchEvents) {
    this.#pool = pool;
    this.#records = records;
    this.#limitMs = limitMs;
    this.#events = events;
    this.intervalMs = Math.min(Math.max(limitMs / LOOKS, 5), 1000);
  }

  /** Forgets what it saw: for a while nothing has looked, or will look. */
  reset(now: number): void {
    this.#lookedAt = now;
    this.#sights.length = 0;
  }

  /**
   * Looks at every place. The supervisor calls this every `intervalMs` while tasks are out, when it
   * has drained all results. Threads that were given up are looked at too: they may have taken a
   * task meanwhile.
   */
  look(now: number): void {
    this.#passedMs = Math.min(now - this.#lookedAt, this.intervalMs * LOOKS);
    this.#lookedAt = now;
    for (let place = 0; place < this.#pool.places; place++) {
      if (this.#pool.isUsed(place)) this.#lookAt(place);
      else this.#sights[place] = undefined;
    }
  }

  /**
   * Whether the thread of a place has a task and has shown no sign of life for a while. User code
   * shows none, and can be stopped.
   */
  hangs(place: number): boolean {
    const sight = this.#sights[place];
    return sight !== undefined && sight.ticket !== NO_TICKET &&
      sight.quietMs >= this.#limitMs * HANG_SHARE &&
      sight.beat === this.#pool.beat(place) && sight.ticket === this.#records.heldBy(place) &&
      !this.#isInUserCode(sight.ticket);
  }

  #isInUserCode(ticket: number): boolean {
    if (phaseOf(this.#records.state(ticket)) !== TASK_CLAIMED) return false;
    this.#records.readTask(ticket, this.#task);
    return runsUserCode(this.#task.kind);
  }

  /**
   * Whether no thread takes a task because threads hang: each seat has a thread that is silent, or a
   * thread that is only starting and replaces such a one, or no thread yet.
   */
  get threadsHang(): boolean {
    let hanging = this.#pool.retired;
    for (let seat = 0; seat < this.#pool.size; seat++) {
      const place = this.#pool.placeOf(seat);
      if (this.hangs(place)) hanging++;
      else if (place >= 0 && this.#pool.beat(place) !== 0) return false;
    }
    return hanging > 0;
  }

  #lookAt(place: number): void {
    const ticket = this.#records.heldBy(place);
    const beat = this.#pool.beat(place);
    const spillWrites = this.#pool.spillWrites(place);
    const sight = this.#sights[place];
    if (!sight) {
      this.#sights[place] = { beat, ticket, spillWrites, quietMs: 0, taskMs: 0, asked: 0 };
      return;
    }
    const isSame = sight.ticket === ticket;
    const spills = sight.spillWrites !== spillWrites;
    sight.quietMs = isSame && sight.beat === beat ? sight.quietMs + this.#passedMs : 0;
    sight.taskMs = isSame && !spills ? sight.taskMs + this.#passedMs : 0;
    if (!isSame) sight.asked = 0;
    sight.beat = beat;
    sight.ticket = ticket;
    sight.spillWrites = spillWrites;
    if (this.#isOverdue(sight) && !spills) this.#act(place, sight);
  }

  #isOverdue({ beat, ticket, quietMs, taskMs, asked }: Sight): boolean {
    if (asked > 0) return true;
    // A kernel's first beat comes when its thread looks for tasks.
    if (beat === 0) return quietMs >= Math.max(START_MS, this.#limitMs);
    if (ticket === NO_TICKET) return quietMs >= this.#limitMs;
    this.#records.readTask(ticket, this.#task);
    const { start, bytes } = this.#task;
    // A reduce has no text by which to say how long it may take.
    return quietMs >= this.#limitOf(bytes) ||
      start !== 0 && taskMs >= this.#limitOf(bytes) * WHOLE_CHUNK;
  }

  #limitOf(bytes: number): number {
    return this.#limitMs + bytes * MS_PER_BYTE;
  }

  /**
   * Asks a thread that counts to stop where its task is whole, and gives it some looks for that if it is
   * silent, and longer if it gets on.
   */
  #act(place: number, sight: Sight): void {
    const { ticket } = sight;
    if (ticket === NO_TICKET) return this.#events.onSilent(place, ticket);
    const phase = phaseOf(this.#records.state(ticket));
    if (phase === TASK_COUNTING) {
      if (this.#records.ask(ticket)) sight.asked = 1;
    } else if (phase === TASK_ASKED) {
      sight.asked = sight.quietMs > 0 ? sight.asked + 1 : 1;
      this.#records.readTask(ticket, this.#task);
      const isStuck = sight.asked > LOOKS / 2 ||
        sight.taskMs >= this.#limitOf(this.#task.bytes) * STUCK_CHUNK;
      if (isStuck) this.#events.onStuck(place, ticket);
    } else this.#events.onSilent(place, ticket);
  }
}

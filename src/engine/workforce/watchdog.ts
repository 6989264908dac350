import { TASK_ASKED, TASK_COUNTING } from "../../../assembly/layout.ts";
import type { WorkerPool } from "./worker_pool.ts";
import { createTask } from "../../shared/task.ts";
import type { TaskRecords } from "../../shared/task_records.ts";
import { NO_TICKET, phaseOf } from "../../shared/ticket.ts";

/** A thread that has not begun to look for tasks may take this long, or `chunkTimeoutMs`. */
export const START_MS = 20_000;
/**
 * What a byte of text may cost at worst in one step that shows no beat: by ICU, which takes a row of
 * letters of a language without spaces at once, or in one giant word. No step may cost more than
 * linear time; then this is some times what it costs, on a machine that has other work.
 */
const MS_PER_BYTE = 1e-3;
/**
 * A chunk that gets on may take this many times as long as one that does not. It is asked for where
 * it is whole, so that another thread goes on from there and nothing of it is done twice.
 */
const WHOLE_CHUNK = 4;
/** Looks within a time limit. */
const LOOKS = 4;
/** A thread hangs, as far as can be told, when it is quiet for this part of the time limit. */
const HANG_SHARE = 1 / 4;

/** What is looked at. */
export type WatchedPool = Pick<
  WorkerPool,
  "beat" | "isUsed" | "placeOf" | "places" | "retired" | "size"
>;
export type WatchedRecords = Pick<TaskRecords, "ask" | "heldBy" | "readTask" | "state">;

/** What was seen of a place at the last look. */
interface Sight {
  beat: number;
  ticket: number;
  /** For how long the thread has shown no sign of life, and has had the same task. */
  quietMs: number;
  taskMs: number;
  /** Looks since the host asked for the task; 0 when it has not. */
  asked: number;
}

/** What is to be done about a thread. */
export interface WatchEvents {
  /** It is silent, and what it has in hand, if anything, is whole. */
  onSilent(place: number, ticket: number): void;
  /** It is silent, and was counting. */
  onStuck(place: number, ticket: number): void;
}

/**
 * Finds threads that do not answer. A thread shows that it lives by its beat: with every look for a
 * task, with every sub-block and every few thousand records of a reduce. Between two looks no more
 * time passes than some looks take, so that a process that was suspended does not take its threads
 * for dead.
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

  /** Forgets what it saw: nobody looks for a while, or did. */
  reset(now: number): void {
    this.#lookedAt = now;
    this.#sights.length = 0;
  }

  /**
   * To be called every `intervalMs` while tasks are out, when all results are drained. Threads that
   * were given up are looked at too: they may have taken a task meanwhile.
   */
  look(now: number): void {
    this.#passedMs = Math.min(now - this.#lookedAt, this.intervalMs * LOOKS);
    this.#lookedAt = now;
    for (let place = 0; place < this.#pool.places; place++) {
      if (this.#pool.isUsed(place)) this.#lookAt(place);
      else this.#sights[place] = undefined;
    }
  }

  /** Whether the thread of a place has a task and has shown no sign of life for a while. */
  hangs(place: number): boolean {
    const sight = this.#sights[place];
    return sight !== undefined && sight.ticket !== NO_TICKET &&
      sight.quietMs >= this.#limitMs * HANG_SHARE &&
      sight.beat === this.#pool.beat(place) && sight.ticket === this.#records.heldBy(place);
  }

  /**
   * Whether threads hang, and therefore none takes a task: each seat has one that is silent, one
   * that is only starting in the place of such a one, or nobody yet.
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
    const sight = this.#sights[place];
    if (!sight) {
      this.#sights[place] = { beat, ticket, quietMs: 0, taskMs: 0, asked: 0 };
      return;
    }
    sight.quietMs = sight.beat === beat && sight.ticket === ticket
      ? sight.quietMs + this.#passedMs
      : 0;
    sight.taskMs = sight.ticket === ticket ? sight.taskMs + this.#passedMs : 0;
    if (sight.ticket !== ticket) sight.asked = 0;
    sight.beat = beat;
    sight.ticket = ticket;
    if (this.#isOverdue(sight)) this.#act(place, sight);
  }

  #isOverdue({ beat, ticket, quietMs, taskMs, asked }: Sight): boolean {
    if (asked > 0) return true;
    // A kernel's first beat comes when its thread looks for tasks.
    if (beat === 0) return quietMs >= Math.max(START_MS, this.#limitMs);
    if (ticket === NO_TICKET) return quietMs >= this.#limitMs;
    this.#records.readTask(ticket, this.#task);
    const { start, bytes } = this.#task;
    const limitMs = this.#limitMs + bytes * MS_PER_BYTE;
    // How long a reduce takes depends on more than can be told here.
    return quietMs >= limitMs || start !== 0 && taskMs >= limitMs * WHOLE_CHUNK;
  }

  /** A thread that counts is asked to stop where its task is whole, and has some looks' time for it. */
  #act(place: number, sight: Sight): void {
    const { ticket } = sight;
    if (ticket === NO_TICKET) return this.#events.onSilent(place, ticket);
    const phase = phaseOf(this.#records.state(ticket));
    if (phase === TASK_COUNTING) {
      if (this.#records.ask(ticket)) sight.asked = 1;
    } else if (phase === TASK_ASKED) {
      if (++sight.asked > LOOKS / 2) this.#events.onStuck(place, ticket);
    } else this.#events.onSilent(place, ticket);
  }
}

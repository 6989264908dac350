import { getLogger } from "@logtape/logtape";
import { STOPPED } from "../../../assembly/layout.ts";
import { own } from "../../async/own.ts";
import type { EndedThread, WorkerPool } from "./worker_pool.ts";
import type { TaskQueue } from "../../shared/task_queue.ts";
import {
  CLEAN_FAULT,
  createResult,
  createTask,
  NO_TICKET,
  type Result,
  type Task,
  type TaskRecords,
  WORKER_FAULT,
  WORKER_SILENT,
} from "../../shared/task_records.ts";
import { NO_ROOM } from "../../shared/spill_status.ts";
import { Breaker } from "./breaker.ts";
import type { Clock } from "../clock.ts";
import type { LostThread } from "./run_table.ts";
import type { TaskSink } from "../scheduler.ts";
import { START_MS, Watchdog } from "./watchdog.ts";

/** A thread that was tried must have stayed healthy for this long. */
const HEALTHY_MS = 1000;

/**
 * A text of this size is counted in less time than it takes to wake the host, which therefore looks
 * out for it; unless so many tasks are out that it is better to take what comes together.
 */
const SOON_BYTES = 16 * 1024;
const SOON_TASKS = 2;

const logger = getLogger(["millrace", "engine"]);

/** Who is told of what the supervisor finds. */
export interface SupervisorEvents {
  /** Hands over what the workers have published. */
  drain(): void;
  /** A task has gone out that will be back soon. */
  expect(): void;
  /** A task has come back; `gone` tells when nothing of its thread is left. */
  complete(result: Result, gone?: Promise<void>): void;
  /**
   * Whether a task may go on with another worker.
   *
   * @param from The thread that it was taken from; none if its thread has given it back.
   */
  retry(task: Task, from?: LostThread): boolean;
  /** Whether a task that had no room is worth another try. */
  postpone(task: Task): boolean;
  /** No jobs can be taken; nobody counts at all when `nobody`. */
  onUnavailable(nobody: boolean): void;
}

/** How to watch. */
export interface SupervisorOptions {
  chunkTimeoutMs: number;
  maxFaults: number;
  faultWindowMs: number;
}

/** What has gone wrong since the start. */
export interface FaultCounts {
  /** Threads that died of an error, that did not answer, that left since their task was taken. */
  died: number;
  silent: number;
  fenced: number;
  /** Tasks that failed in threads that live on. */
  trapped: number;
  /** Threads that were started in the place of others. */
  replaced: number;
  /** Tasks that went on with another worker; tasks that were lost half-way. */
  resumed: number;
  lost: number;
}

/**
 * Sees that every task that is out comes back, whatever becomes of the threads: takes the tasks of
 * lost threads back, has them done by others or reports them lost, and fills the seats again.
 */
export class Supervisor implements TaskSink {
  readonly faults: FaultCounts = {
    ...{ died: 0, silent: 0, fenced: 0, trapped: 0, replaced: 0, resumed: 0, lost: 0 },
  };
  readonly breaker: Breaker;
  readonly #pool: WorkerPool;
  readonly #queue: TaskQueue;
  readonly #records: TaskRecords;
  readonly #events: SupervisorEvents;
  readonly #watchdog: Watchdog;
  readonly #result = createResult();
  readonly #task = createTask();
  readonly #clock: Clock;
  /** What takes back each action that is to come. */
  readonly #later = new Set<() => void>();
  /** Ends the watch, while it runs. */
  #endWatch: (() => void) | undefined;
  /** Tasks that are out, as the watch has to know. */
  #out = 0;
  #closed = false;

  constructor(
    pool: WorkerPool,
    queue: TaskQueue,
    records: TaskRecords,
    { chunkTimeoutMs, maxFaults, faultWindowMs }: SupervisorOptions,
    events: SupervisorEvents,
    clock: Clock,
  ) {
    this.#pool = pool;
    this.#queue = queue;
    this.#records = records;
    this.#events = events;
    this.#clock = clock;
    this.breaker = new Breaker(maxFaults, faultWindowMs);
    this.#watchdog = new Watchdog(pool, records, chunkTimeoutMs, {
      onSilent: (place, ticket) => this.#onSilent(place, ticket),
      onStuck: (place, ticket) => this.#onStuck(place, ticket),
    });
  }

  // ---- tasks -----------------------------------------------------------------------------------

  push(task: Task): boolean {
    const ticket = this.#records.open(task);
    if (ticket === NO_TICKET) return false;
    this.#out++;
    const isSmall = task.bytes > 0 && task.bytes <= SOON_BYTES;
    if (isSmall && this.#out <= SOON_TASKS) this.#events.expect();
    this.#queue.push(ticket); // if it were full, the watch would push it later
    if (!this.#endWatch) this.#startWatch();
    return true;
  }

  /** A worker says that it has done a task; it may say so late, when that is known already. */
  readonly finish = (ticket: number): void => {
    const result = this.#result;
    if (!this.#records.read(ticket, result)) return;
    if (result.status === CLEAN_FAULT || result.status === WORKER_FAULT) this.faults.trapped++;
    if (result.status === CLEAN_FAULT) return this.#goOn(this.#records.rerun(ticket));
    if (result.status === WORKER_FAULT) this.faults.lost++;
    if (result.status === NO_ROOM && this.#events.postpone(result)) {
      this.#queue.push(this.#records.rerun(ticket));
      return;
    }
    this.#records.free(ticket);
    this.#complete(result);
  };

  #complete(result: Result, gone?: Promise<void>): void {
    this.#out--;
    this.#events.complete(result, gone);
  }

  /** A task that was taken back goes on, unless its job does not want it to. */
  #goOn(ticket: number, from?: LostThread): void {
    this.#records.readTask(ticket, this.#task);
    if (this.#events.retry(this.#task, from)) {
      this.faults.resumed++;
      this.#queue.push(ticket);
      return;
    }
    this.#records.withdraw(ticket);
    this.#complete({ ...createResult(), ...this.#task, status: STOPPED });
  }

  /** A task's thread has left it half-way; `gone` if that thread may go on some time. */
  #lose(ticket: number, gone?: Promise<void>): void {
    if (!this.#records.lose(ticket)) return;
    this.faults.lost++;
    const result = createResult();
    this.#records.readTask(ticket, result);
    result.status = gone ? WORKER_SILENT : WORKER_FAULT;
    if (gone) own(gone.then(() => this.#records.free(ticket)));
    else this.#records.free(ticket);
    this.#complete(result, gone);
  }

  /** What a thread had, which does not run any more. */
  #recover(place: number): void {
    this.#events.drain();
    for (const ticket of this.#records.doneBy(place)) this.finish(ticket);
    const ticket = this.#records.heldBy(place);
    if (ticket !== NO_TICKET) {
      const again = this.#records.takeBack(ticket);
      if (again !== NO_TICKET) this.#goOn(again, { place, isSilent: false });
      else this.#lose(ticket);
    }
    this.#pushMissing();
    this.#queue.releaseSpinner(place);
    this.#queue.wakeAll(); // whom a push has woken may be the one that was lost
  }

  /** Pushes tasks whose ticket somebody has taken, and perhaps taken with him. */
  #pushMissing(): void {
    const queued = this.#queue.tickets();
    for (const ticket of this.#records.ready()) if (!queued.has(ticket)) this.#queue.push(ticket);
  }

  // ---- threads ---------------------------------------------------------------------------------

  onDied({ seat, place, wasSeated }: EndedThread, message: string): void {
    logger.warn("Worker died", { worker: seat, reason: message });
    this.faults.died++;
    this.#recover(place);
    if (wasSeated) this.#refill(seat);
  }

  onLeft({ seat, place, wasSeated }: EndedThread): void {
    this.#recover(place);
    if (!wasSeated) return;
    this.faults.fenced++;
    this.#refill(seat);
  }

  #onSilent(place: number, ticket: number): void {
    if (ticket === NO_TICKET) return own(this.#giveUp(place));
    const again = this.#records.takeBack(ticket);
    if (again !== NO_TICKET) this.#goOn(again, { place, isSilent: true });
    else this.finish(ticket); // perhaps it has not got round to saying so
    own(this.#giveUp(place));
  }

  #onStuck(place: number, ticket: number): void {
    const gone = this.#giveUp(place);
    this.#lose(ticket, gone);
  }

  /** Lets another thread take the seat of one that does not answer. */
  #giveUp(place: number): Promise<void> {
    const { seat, gone } = this.#pool.retire(place);
    if (seat >= 0) {
      logger.warn("Worker does not answer and is replaced", { worker: seat });
      this.faults.silent++;
      this.#refill(seat);
      this.#pushMissing();
      this.#queue.releaseSpinner(place);
      this.#queue.wakeAll();
    }
    return gone;
  }

  /** Puts another thread in an empty seat: at once, later, or when the breaker lets it. */
  #refill(seat: number): void {
    const opened = this.breaker.fault(this.#clock.now());
    const { delayMs, state } = this.breaker;
    if (delayMs === 0) this.#seat(seat);
    else this.#after(delayMs, () => this.#seat(seat));
    if (opened || state !== "closed") this.#events.onUnavailable(this.#pool.seated === 0);
  }

  #seat(seat: number): void {
    if (!this.#pool.isEmpty(seat) || this.#closed) return;
    if (this.breaker.state === "probing") return; // one is enough, and fills the others when healthy
    const probes = this.breaker.probe();
    if (!this.#pool.spawn(seat)) return this.#refill(seat);
    this.faults.replaced++;
    if (probes) this.#expectReady(this.#pool.placeOf(seat));
  }

  /** The watch does not run while no task is out. */
  #expectReady(place: number): void {
    this.#after(START_MS, () => {
      if (this.breaker.state === "probing" && this.#pool.isUsed(place)) own(this.#giveUp(place));
    });
  }

  onReady(place: number): void {
    if (this.breaker.state !== "probing") return;
    this.#after(HEALTHY_MS, () => {
      if (this.breaker.state !== "probing" || !this.#pool.isUsed(place)) return;
      this.breaker.close();
      for (let seat = 0; seat < this.#pool.size; seat++) this.#seat(seat);
    });
  }

  #after(delayMs: number, action: () => void): void {
    const takeBack = this.#clock.after(delayMs, () => {
      this.#later.delete(takeBack);
      action();
    });
    this.#later.add(takeBack);
  }

  /** Whether the thread in a seat has a task and shows no sign of life. */
  isSilent(seat: number): boolean {
    return this.#watchdog.hangs(this.#pool.placeOf(seat));
  }

  /** See Watchdog. */
  get threadsHang(): boolean {
    return this.#watchdog.threadsHang;
  }

  // ---- watch -----------------------------------------------------------------------------------

  /** Runs while tasks are out, and costs a job nothing. */
  #startWatch(): void {
    this.#watchdog.reset(this.#clock.now());
    this.#endWatch = this.#clock.every(this.#watchdog.intervalMs, () => {
      if (this.#out === 0) return this.#stopWatch();
      this.#events.drain();
      this.#watchdog.look(this.#clock.now());
      this.#pushMissing();
    });
  }

  #stopWatch(): void {
    this.#watchdog.reset(this.#clock.now()); // what it saw would be old when it is asked
    this.#endWatch?.();
    this.#endWatch = undefined;
  }

  close(): void {
    this.#closed = true;
    this.#stopWatch();
    for (const takeBack of this.#later) takeBack();
    this.#later.clear();
  }
}

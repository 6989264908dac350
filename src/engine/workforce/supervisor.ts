import { getLogger } from "@logtape/logtape";
import { own } from "../../async/own.ts";
import type { Task } from "../../shared/task.ts";
import { NO_TICKET } from "../../shared/ticket.ts";
import type { Clock } from "../clock.ts";
import type { TaskSink } from "../scheduler.ts";
import { Breaker } from "./breaker.ts";
import type { FaultCounts } from "../../contract/engine_status.ts";
import { NO_FAULTS } from "./fault_counts.ts";
import { KernelWatch } from "./kernel_watch.ts";
import type { TaskOwner } from "./running_jobs.ts";
import { SeatFiller } from "./seat_filler.ts";
import { type TaskLines, TasksOut } from "./tasks_out.ts";
import { Watchdog } from "./watchdog.ts";
import type { EndedThread, PoolEvents, WorkerPool } from "./worker_pool.ts";

const logger = getLogger(["millrace", "engine"]);

/** How to watch. */
export interface SupervisorOptions {
  chunkTimeoutMs: number;
  kernelTimeoutMs: number;
  maxFaults: number;
  faultWindowMs: number;
}

/**
 * Sees that every task that is out comes back, whatever becomes of the threads: takes the tasks of
 * lost threads back, has them done by others or reports them lost, and has the seats filled again.
 */
export class Supervisor implements TaskSink, PoolEvents {
  readonly faults: FaultCounts = { ...NO_FAULTS };
  readonly breaker: Breaker;
  readonly kernels: KernelWatch;
  readonly #pool: WorkerPool;
  readonly #tasks: TasksOut;
  readonly #seats: SeatFiller;
  readonly #watchdog: Watchdog;
  readonly #clock: Clock;
  /** Ends the watch, while it runs. */
  #endWatch: (() => void) | undefined;

  /**
   * @param owner Is told of every task that comes back.
   * @param onUnavailable Called when the engine cannot take jobs; `nobody` if no thread counts.
   */
  constructor(
    pool: WorkerPool,
    lines: TaskLines,
    options: SupervisorOptions,
    owner: TaskOwner,
    onUnavailable: (nobody: boolean) => void,
    clock: Clock,
  ) {
    this.#pool = pool;
    this.#clock = clock;
    const { chunkTimeoutMs, maxFaults, faultWindowMs } = options;
    this.breaker = new Breaker(maxFaults, faultWindowMs);
    this.kernels = new KernelWatch({ ...lines, pool }, options, clock);
    this.#tasks = new TasksOut(lines, owner, this.faults, this.kernels);
    this.#seats = new SeatFiller(pool, this.breaker, this.faults, clock, {
      onUnavailable,
      onNotReady: (place) => own(this.#giveUp(place)),
    });
    this.#watchdog = new Watchdog(pool, lines.records, chunkTimeoutMs, {
      onSilent: (place, ticket) => this.#onSilent(place, ticket),
      onStuck: (place, ticket) => this.#tasks.lose(ticket, this.#giveUp(place)),
    });
  }

  push(task: Task): boolean {
    this.#pool.wake();
    if (!this.#tasks.push(task)) return false;
    if (!this.#endWatch) this.#startWatch();
    return true;
  }

  /** Takes the results that workers have published. */
  drain(): void {
    for (const ring of this.#pool.rings) ring.drain(this.#tasks.finish);
  }

  // ---- threads ---------------------------------------------------------------------------------

  onReady(place: number): void {
    this.#seats.noteReady(place);
  }

  onDied({ seat, place, wasSeated }: EndedThread, message: string): void {
    logger.warn("Worker died", { worker: seat, reason: message });
    this.faults.died++;
    this.#recover(place);
    if (wasSeated) this.#seats.refill(seat);
  }

  onLeft({ seat, place, wasSeated }: EndedThread): void {
    this.#recover(place);
    if (!wasSeated) return;
    this.faults.fenced++;
    this.#seats.refill(seat);
  }

  #recover(place: number): void {
    this.drain();
    this.#tasks.recover(place);
  }

  #onSilent(place: number, ticket: number): void {
    if (ticket !== NO_TICKET) {
      this.kernels.stopThread(place, ticket); // if it runs user code, it may come back and leave
      this.#tasks.takeFrom(place, ticket);
    }
    own(this.#giveUp(place));
  }

  /** Lets another thread take the seat of one that does not answer; resolves when that has ended. */
  #giveUp(place: number): Promise<void> {
    const { seat, gone } = this.#pool.retire(place);
    if (seat >= 0) {
      logger.warn("Worker does not answer and is replaced", { worker: seat });
      this.faults.silent++;
      this.#seats.refill(seat);
      this.#tasks.leaveToOthers(place);
    }
    return gone;
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
      if (this.#tasks.count === 0) return this.#stopWatch();
      this.drain();
      this.#watchdog.look(this.#clock.now());
      this.#tasks.pushMissing();
    });
  }

  #stopWatch(): void {
    this.#watchdog.reset(this.#clock.now()); // what it saw would be old when it is asked
    this.#endWatch?.();
    this.#endWatch = undefined;
  }

  close(): void {
    this.#stopWatch();
    this.kernels.close();
    this.#seats.close();
  }
}

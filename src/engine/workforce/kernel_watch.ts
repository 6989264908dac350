import { TASK_CLAIMED } from "../../../assembly/layout.ts";
import { runsUserCode, type Task } from "../../shared/task.ts";
import type { TaskQueue } from "../../shared/task_queue.ts";
import type { TaskRecords } from "../../shared/task_records.ts";
import { generationOf, phaseOf, placeOf, recordOf } from "../../shared/ticket.ts";
import type { Clock } from "../clock.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** Between two looks at the user code that runs. */
const LOOK_MS = 5;
/** A look counts no more time than so many intervals: the process may have been suspended. */
const MOST_LOOKS = 8;
/** User code that holds the last thread runs for so long at first, and for twice that each time. */
const FIRST_SLICE_MS = 5;
/** The longest slice: for so long a small job may wait for the last thread. */
export const MOST_SLICE_MS = 250;
/**
 * Before a slice, small jobs have had the thread for so many times as long: so slices that last keep
 * one in 200 of them waiting, at most.
 */
const SMALL_SHARE = 200;
/** So many of the longest slices are not enough: the next one would not be either. */
export const MOST_FULL_SLICES = 3;
/** All tries of a chunk together may take so many times what one may: slices do not go on forever. */
const MOST_LIMITS = 2;
/** User code is stopped before the watchdog takes its thread for silent. */
const TIMEOUT_SHARE = 0.8;

/** Why the host has stopped user code; `ended` if its job has, `crowded` if slices are too short. */
export type StopReason = "timeout" | "slice" | "crowded" | "ended";

/** What is known of a chunk from one slice of the last thread to the next. */
interface Slices {
  /** How long all of its tries ran. */
  heldMs: number;
  /** For how long it may hold the last thread. */
  sliceMs: number;
  /** Slices of the longest kind that it has had. */
  full: number;
}

/** A task of a user kernel that is out. */
interface UserTask extends Slices {
  readonly job: number;
  readonly epoch: number;
  readonly part: number;
  /** Which try of the task the next members are about. */
  generation: number;
  ranMs: number;
  reason: StopReason | undefined;
  stoppedAt: number;
}

/** What the watch looks at. */
export interface WatchedThreads {
  readonly records: Pick<TaskRecords, "state">;
  readonly queue: Pick<TaskQueue, "length">;
  readonly pool: Pick<WorkerPool, "atOnce" | "leash">;
}

/**
 * Watches user code and stops it by its leash: when its job ends, when a chunk takes too long, and
 * when it holds the last thread while other tasks wait. It looks only while tasks of user kernels
 * are out, and when a task of others comes.
 *
 * A chunk that was stopped begins anew: user code cannot be resumed. Before, others have the thread for
 * as long as the next slice takes, or for SMALL_SHARE times as long if a small job was kept waiting.
 * Slices double, so that a chunk is counted whose time they reach. One that needs more than the longest
 * is counted if nobody else wants the thread for so long; else it fails.
 *
 * A thread runs user code in CLAIMED and at no other time. A stop that comes too late does no harm;
 * see src/shared/README.md.
 */
export class KernelWatch {
  /** Longest time that a chunk may take. */
  readonly limitMs: number;
  readonly #threads: WatchedThreads;
  readonly #clock: Clock;
  /** By record, which a task keeps when it is tried again. */
  readonly #tasks = new Map<number, UserTask>();
  /** Chunks that wait for their next slice, by run and part. */
  readonly #sliced = new Map<string, Slices>();
  /** Whether a small task is among those that wait for a thread. */
  #smallWaits = false;
  #lookedAt = 0;
  #endLooks: (() => void) | undefined;

  constructor(
    threads: WatchedThreads,
    { kernelTimeoutMs, chunkTimeoutMs }: { kernelTimeoutMs: number; chunkTimeoutMs: number },
    clock: Clock,
  ) {
    this.limitMs = Math.min(kernelTimeoutMs, chunkTimeoutMs * TIMEOUT_SHARE);
    this.#threads = threads;
    this.#clock = clock;
  }

  /** A task is about to be pushed. */
  began(ticket: number, task: Task): void {
    const { kind, job, epoch, part } = task;
    if (!runsUserCode(kind)) return;
    const generation = generationOf(ticket);
    const slices = this.#sliced.get(nameOf(task)) ?? FIRST_SLICE;
    this.#sliced.delete(nameOf(task));
    this.#tasks.set(recordOf(ticket), {
      job,
      epoch,
      part,
      generation,
      ranMs: 0,
      reason: undefined,
      stoppedAt: 0,
      ...slices,
    });
    if (this.#endLooks) return;
    this.#lookedAt = this.#clock.now();
    this.#endLooks = this.#clock.every(LOOK_MS, () => this.#look());
  }

  /** A task has come back for good. */
  ended(ticket: number): void {
    this.#tasks.delete(recordOf(ticket));
    if (this.#tasks.size === 0) this.close();
  }

  /**
   * A task whose slice has ended comes back to be pushed once more.
   *
   * @returns For how many milliseconds others are to have the thread before: that depends on the next
   *   slice, and on how long it took to stop this one.
   */
  putBack(ticket: number): number {
    const task = this.#tasks.get(recordOf(ticket))!;
    const { heldMs, sliceMs, full } = task;
    this.#sliced.set(nameOf(task), { heldMs, sliceMs, full });
    this.ended(ticket);
    const stoppingMs = this.#clock.now() - task.stoppedAt; // a large fill of memory has no poll within
    return (sliceMs + stoppingMs) * (this.#smallWaits ? SMALL_SHARE : 1);
  }

  /** A task of others was pushed: it may need the thread that user code holds. */
  noteOther(isSmall: boolean): void {
    if (this.#tasks.size === 0) return;
    this.#smallWaits ||= isSmall;
    this.#look();
  }

  /** Why the host has stopped a task; undefined if nothing is known of that. */
  reasonOf(ticket: number): StopReason | undefined {
    const task = this.#tasks.get(recordOf(ticket));
    return task?.generation === generationOf(ticket) ? task.reason : undefined;
  }

  /** Stops the user code of a run that has ended: its block's state says so already. */
  stopRun(job: number, epoch: number): void {
    for (const [record, task] of this.#tasks) {
      if (task.job === job && task.epoch === epoch) this.#stop(record, task, "ended");
    }
    const run = nameOfRun({ job, epoch });
    for (const name of this.#sliced.keys()) if (name.startsWith(run)) this.#sliced.delete(name);
  }

  /** Stops what the thread of a place runs for a ticket, which may be taken from it afterwards. */
  stopThread(place: number, ticket: number): void {
    this.#threads.pool.leash(place).stop(ticket);
  }

  #stop(record: number, task: UserTask, reason: StopReason): void {
    const state = this.#threads.records.state(record);
    if (phaseOf(state) !== TASK_CLAIMED) return; // it runs no user code, or will look first
    task.generation = generationOf(state);
    task.reason = reason;
    task.stoppedAt = this.#clock.now();
    this.#threads.pool.leash(placeOf(state)).stop(task.generation | record);
  }

  #look(): void {
    const now = this.#clock.now();
    const passedMs = Math.min(now - this.#lookedAt, MOST_LOOKS * LOOK_MS);
    this.#lookedAt = now;
    let running = 0;
    let longest: [record: number, task: UserTask] | undefined;
    for (const [record, task] of this.#tasks) {
      const state = this.#threads.records.state(record);
      if (task.generation !== generationOf(state)) beginAgain(task, generationOf(state));
      if (phaseOf(state) !== TASK_CLAIMED) continue;
      running++;
      task.ranMs += passedMs;
      task.heldMs += passedMs;
      if (this.#isLate(task)) this.#stop(record, task, "timeout");
      else if (longest === undefined || task.ranMs > longest[1].ranMs) longest = [record, task];
    }
    const { pool, queue } = this.#threads;
    if (queue.length === 0) this.#smallWaits = false;
    else if (longest && running >= pool.atOnce) this.#endSlice(...longest);
  }

  #isLate({ ranMs, heldMs }: UserTask): boolean {
    return ranMs >= this.limitMs || heldMs >= MOST_LIMITS * this.limitMs;
  }

  #endSlice(record: number, task: UserTask): void {
    if (task.ranMs < task.sliceMs || task.reason !== undefined) return;
    if (task.sliceMs === MOST_SLICE_MS && this.#smallWaits) task.full++;
    task.sliceMs = Math.min(2 * task.sliceMs, MOST_SLICE_MS);
    this.#stop(record, task, task.full < MOST_FULL_SLICES ? "slice" : "crowded");
  }

  /** Looks no more. */
  close(): void {
    this.#endLooks?.();
    this.#endLooks = undefined;
  }
}

const FIRST_SLICE: Slices = { heldMs: 0, sliceMs: FIRST_SLICE_MS, full: 0 };

const nameOfRun = ({ job, epoch }: Pick<Task, "job" | "epoch">) => `${job}/${epoch}/`;
const nameOf = (task: Pick<Task, "job" | "epoch" | "part">) => nameOfRun(task) + task.part;

function beginAgain(task: UserTask, generation: number): void {
  task.generation = generation;
  task.ranMs = 0;
  task.reason = undefined;
}

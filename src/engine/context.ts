import type { SplitRule } from "../input/splitter.ts";
import type { InputSlots } from "../memory/input_slots.ts";
import type { Admission } from "./admission.ts";
import type { EncodedFilters } from "./filters.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SpillPlan } from "./spill_plan.ts";
import type { CountOptions } from "../options.ts";
import type { Result, Task } from "../queue/task_records.ts";

/** Who is told of the tasks that come back. */
export interface TaskOwner {
  /** @param gone When the thread that had it, and may still write, has ended; for WORKER_SILENT. */
  complete(result: Result, gone?: Promise<void>): void;
  /**
   * Whether a task that was taken from its worker may go on with another.
   *
   * @param lostPlace Whose thread it was taken from, which will not touch the job again.
   */
  retry(task: Task, lostPlace?: number): boolean;
  /** Whether a task that had no room is worth another try. */
  postpone(task: Task): boolean;
}

/** What the jobs of one engine share. */
export interface EngineContext {
  readonly slots: InputSlots;
  readonly admission: Admission;
  readonly scheduler: Scheduler;
  readonly workers: number;
  /** Most pages of shared memory that one job may hold. */
  readonly pageLimit: number;
  /** How much of a stream is kept for another run. */
  readonly replayBytes: number;
  /** How jobs spill; nothing where the engine has no disk. */
  readonly spill: SpillPlan | undefined;
  /** The job that runs in each record. */
  readonly running: (TaskOwner | undefined)[];
  /** Prefix and stop words of a job, in the form of its final keys. */
  encodeFilters(options: CountOptions): EncodedFilters;
  splitRule(options: CountOptions): SplitRule;
}

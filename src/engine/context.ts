import type { SplitRule } from "../input/splitter.ts";
import type { InputSlots } from "../memory/input_slots.ts";
import type { Admission } from "./admission.ts";
import type { EncodedFilters } from "./filters.ts";
import type { Scheduler } from "./scheduler.ts";
import type { CountOptions } from "../options.ts";
import type { Result } from "../queue/result_queue.ts";

/** Who is told of the tasks that come back. */
export interface TaskOwner {
  complete(result: Result): void;
}

/** What the jobs of one engine share. */
export interface EngineContext {
  readonly slots: InputSlots;
  readonly admission: Admission;
  readonly scheduler: Scheduler;
  readonly workers: number;
  /** Most pages of shared memory that one job may hold. */
  readonly pageLimit: number;
  /** The job that runs in each record. */
  readonly running: (TaskOwner | undefined)[];
  /** Prefix and stop words of a job, in the form of its final keys. */
  encodeFilters(options: CountOptions): EncodedFilters;
  splitRule(options: CountOptions): SplitRule;
}

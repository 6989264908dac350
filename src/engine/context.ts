import type { SplitRule } from "../input/splitter.ts";
import type { InputSlots } from "../memory/input_slots.ts";
import type { EncodedFilters } from "./filters.ts";
import type { CountJob } from "./job.ts";
import type { JobRecords } from "./job_records.ts";
import type { Scheduler } from "./scheduler.ts";
import type { CountOptions } from "../options.ts";

/** What the jobs of one engine share. */
export interface EngineContext {
  readonly slots: InputSlots;
  readonly records: JobRecords;
  readonly scheduler: Scheduler;
  readonly workers: number;
  /** Most pages of shared memory that one job may hold. */
  readonly pageLimit: number;
  /** The job that runs in each record. */
  readonly running: (CountJob | undefined)[];
  /** Prefix and stop words of a job, in the form of its final keys. */
  encodeFilters(options: CountOptions): EncodedFilters;
  splitRule(options: CountOptions): SplitRule;
}

import type { SplitRule } from "../input/splitter.ts";
import type { InputSlots } from "../shared/input_slots.ts";
import type { Admission } from "./admission.ts";
import type { EncodedFilters } from "./filters.ts";
import type { RunTable } from "./workforce/run_table.ts";
import type { Flow, Scheduler } from "./scheduler.ts";
import type { SpillPlan } from "./spill_plan.ts";
import type { CountOptions } from "../contract/options.ts";
import type { JobError } from "../contract/problems.ts";
import type { Text } from "../input/text.ts";
import type { Task } from "../shared/task_records.ts";

/** The job that a run is one of. */
export interface RunOwner {
  readonly options: CountOptions;
  readonly text: Text;
  readonly flow: Flow;
  /** Ends the job with an error, and with it the run. */
  fail(error: JobError): void;
  /**
   * Whether another run may follow this one; if not, the job has failed.
   *
   * @param offset Where the chunk of the lost task begins in the input, if it has one.
   */
  mayStartOver(offset: number | undefined): boolean;
  /**
   * Takes note that the thread of a task did not answer. Whether the task may be tried again; if
   * not, the job has failed.
   */
  mayRepeat(task: Task, offset: number | undefined): boolean;
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
  /** The runs that have records. */
  readonly runs: RunTable;
  /** The time, as `performance.now()` tells it. */
  now(): number;
  /** Prefix and stop words of a job, as they are compared; see filters.ts. */
  encodeFilters(
    options: CountOptions,
    ofWords: boolean,
  ): EncodedFilters | Promise<EncodedFilters>;
  /** Normalization Form C of one key, by the kernel's code. */
  normalize(key: string): string;
  splitRule(options: CountOptions): SplitRule;
}

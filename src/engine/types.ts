import type { CountOptions } from "../options.ts";
import type { Segment } from "../reduce/segment.ts";

/** Where a job stands. `pending` waits for its input or for room in the engine. */
export type JobState = "pending" | "running" | "done" | "failed" | "cancelled";

export type { TextInput as JobInput } from "../input/text.ts";

/** Sums over the whole input. */
export interface Totals {
  /** Bytes of input, as received. */
  bytes: number;
  /** Tokens that the tokenizer found. */
  tokens: number;
  /** Distinct keys, before `min` and `top` cut the list. */
  keys: number;
  /** Invalid UTF-8 sequences that were read as U+FFFD. */
  replacements: number;
}

/** Where the time went, in milliseconds of wall time. */
export interface StageTimes {
  /** From the first byte to the last byte of input in shared memory. */
  read: number;
  /** From the first chunk's dispatch to the last chunk's count. */
  map: number;
  /** From the last count to the ordered segment. */
  reduce: number;
  /** From submission to the segment. */
  total: number;
}

/** The answer of a job. */
export interface JobResult {
  totals: Totals;
  /** How the input was read: its encoding, and whether a byte order mark was dropped. */
  input: { charset: string; bomSkipped: boolean };
  chunks: number;
  /** Chunks run, retries included: equal to `chunks` when no worker failed. */
  attempts: number;
  /** Workers that counted at least one chunk. */
  workers: number;
  ms: StageTimes;
  /** Ordered keys and counts, after `min` and `top`. */
  segment: Segment;
}

/** How far a job has come. */
export interface JobProgress {
  bytes: number;
  chunks: number;
  tokens: number;
}

/** One submitted count: a future with a name. */
export interface Job {
  readonly id: string;
  readonly options: CountOptions;
  readonly state: JobState;
  readonly progress: JobProgress;
  /** Settles when the whole input is in shared memory or counted; rejects as `done` does. */
  readonly received: Promise<void>;
  /** The answer. @throws {JobError} with the code of what went wrong, `cancelled` included. */
  readonly done: Promise<JobResult>;
  /** Stops the job where it is; `done` rejects with code `cancelled`. Idempotent. */
  cancel(): void;
}

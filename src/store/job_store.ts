import type { JobCounters, JobResult, JobState, Totals } from "../engine/types.ts";
import type { ErrorCode } from "../errors.ts";
import type { CountOptions, OutputOptions } from "../options.ts";

/** What a finished job leaves beside its result: plain data that any store can keep. */
export interface JobRecord {
  id: string;
  state: JobState;
  /** Milliseconds since 1970, like every time here. */
  createdAt: number;
  finishedAt: number;
  /** From this moment on nobody sees the job. */
  expiresAt: number;
  /** As the client gave them: `top`, `min` and the output are what its result shows by default. */
  options: CountOptions;
  output: OutputOptions;
  progress: JobCounters;
  /** Present when the job is done. */
  totals?: Totals;
  /** Present when the job failed or was cancelled. */
  error?: { code: ErrorCode; message: string; details: Record<string, unknown> };
}

/** Keeps finished jobs. Drivers differ in what outlives a restart, in nothing else. */
export interface JobStore {
  /** Keeps a finished job; its result can be read before its record can. */
  save(record: JobRecord, result?: JobResult): Promise<void>;
  /** The record, or undefined when there is none or it has expired. */
  record(id: string): Promise<JobRecord | undefined>;
  /** The result of a job that is done, likewise. */
  result(id: string): Promise<JobResult | undefined>;
  /** Forgets a job. Whether there was one. */
  remove(id: string): Promise<boolean>;
  /** Frees what the store holds. */
  close(): Promise<void>;
}

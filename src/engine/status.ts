import type { Spilled } from "../shared/job_block.ts";
import type { EngineBounds } from "./engine_options.ts";
import type { JobCounters } from "./job_contract.ts";
import type { BreakerState } from "./workforce/breaker.ts";
import type { FaultCounts } from "./workforce/fault_counts.ts";

/** What one thread is doing. */
export interface ThreadStatus {
  /** `silent` with a task and no sign of life, `lost` until another thread has its seat. */
  state: "idle" | "busy" | "silent" | "lost";
  /** Tasks finished; wraps at 2^32. */
  tasks: number;
  /** Milliseconds spent on them since the engine started. */
  busyMs: number;
  /** The part of the engine's time that this is, 0 to 1. */
  utilization: number;
}

/** How often threads met each other, summed over them; each wraps at 2^32. */
export interface ContentionStatus {
  /** Exchanges of the queue's head that another worker won. */
  misses: number;
  /** Tickets whose task another worker had by then. */
  stale: number;
  /** Workers that found no task and went to sleep. */
  sleeps: number;
  /** Times that a worker rang the host. */
  rings: number;
}

/** Milliseconds since the start, summed over jobs for `read` and over workers for the others. */
export interface StageSums {
  /** From submission to the last byte of input. */
  read: number;
  /** Chunks; those of a job of one chunk include its reduce. */
  map: number;
  partition: number;
  reduce: number;
  finish: number;
  /** The whole reduce of small jobs. */
  reduceAll: number;
  /** What the reduce has written to disk; the map phase includes what it has. */
  spill: number;
  /** Merges of what is on disk. */
  merge: number;
}

/** Bytes of shared memory by use. */
export interface MemoryRegions {
  control: number;
  queue: number;
  workers: number;
  tasks: number;
  jobRecords: number;
  pageMap: number;
  inputSlots: number;
  scratch: number;
  /** What workers keep for spilling. */
  reserves: number;
  /** Pages of jobs: tables, runs, segments, long chunks. */
  jobs: number;
  free: number;
}

/** A snapshot of an engine, for people and monitors: what `GET /v1/engine` answers. */
export interface EngineStatus {
  /** Threads that count. */
  workers: number;
  /** Milliseconds since the engine started. */
  uptimeMs: number;
  /** How results wake the host. */
  doorbell: string;
  threads: ThreadStatus[];
  /** Mean over the threads. */
  utilization: number;
  /** Jobs in the engine; `leaving` ones have ended and wait for tasks that are still out. */
  jobs: { pending: number; running: number; leaving: number };
  /**
   * Jobs that came to an end since the start: `invalid` ones by the fault of their input, `failed`
   * ones by the engine's. And submissions that were refused.
   */
  ended: { done: number; failed: number; invalid: number; cancelled: number; refused: number };
  /** What was counted since the start, in jobs that ended and in those that run. */
  counted: JobCounters;
  /** Jobs that wait for their turn, and the bytes of their inputs that are known. */
  queue: { jobs: number; bytes: number };
  /** Most of each; a bound that does not exist is left out. */
  bounds: { runningJobs: number } & Partial<EngineBounds>;
  /** Tasks in shared memory that no worker has taken, those with a worker, those on the host. */
  tasks: { queued: number; out: number; pending: number };
  /** Places for chunks. */
  slots: { free: number; bytes: number };
  /** What jobs have written to disk since the start; left out where there is no disk. */
  spill?: Spilled;
  /** Shared memory: all of it, what was ever used, what jobs hold. In bytes. */
  memory: { bytes: number; touched: number; jobs: number; regions: MemoryRegions };
  contention: ContentionStatus;
  stages: StageSums;
  /** What went wrong; `breaker` is `closed` while jobs are taken, `retired` threads may still run. */
  faults: FaultCounts & { breaker: BreakerState; retired: number };
}

import type { JobCounters, Spilled } from "./documents.ts";

/** What one thread is doing. */
export interface ThreadStatus {
  /** `silent` while it has a task and shows no sign of life; `lost` while its seat is empty. */
  state: "idle" | "busy" | "silent" | "lost";
  /** Tasks finished; wraps at 2^32. */
  tasks: number;
  /** Milliseconds spent on tasks since the engine started. */
  busyMs: number;
  /** The part of the engine's time that this is, 0 to 1. */
  utilization: number;
}

/** How often threads got in each other's way, summed over threads; each sum wraps at 2^32. */
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
  /** Spills of the reduce; `map` includes those of chunks. */
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

/** What has gone wrong with an engine's threads and tasks since the start. */
export interface FaultCounts {
  /** Threads that died of an error. */
  died: number;
  /** Threads that did not answer. */
  silent: number;
  /** Threads that left, since their task was taken away. */
  fenced: number;
  /** Tasks that failed in threads that live on. */
  trapped: number;
  /** Threads that were started in the place of others. */
  replaced: number;
  /** Tasks that went on with another worker. */
  resumed: number;
  /** Tasks that were lost half-way. */
  lost: number;
}

/** Whether an engine takes jobs: only while its breaker is `closed`. */
export type BreakerState = "closed" | "open" | "probing";

/** What bounds the jobs of an engine. */
export type EngineBounds = Record<
  "maxQueuedJobs" | "maxQueuedBytes" | "maxTenantJobs" | "jobTimeoutMs",
  number
>;

/** Which short texts are counted on the engine's own thread: those for which that pays, or all, or none. */
export type InlineMode = "auto" | boolean;

/** What was counted on the engine's own thread. */
export interface InlineStatus {
  mode: InlineMode;
  /** Jobs since the start, which `ended` and `counted` hold as well. */
  jobs: number;
  /** Milliseconds that they took. */
  busyMs: number;
}

/** What nodes of a cluster do: count splits, put keys together, and take what is to be counted. */
export const NODE_ROLES = ["map", "reduce", "accept"] as const;

/** What a node of a cluster does. */
export type NodeRole = (typeof NODE_ROLES)[number];

/** Which texts in bodies other nodes count as well: those for which that pays, or all, or none. */
export const UPLOAD_MODES = ["auto", "always", "never"] as const;
export type UploadMode = (typeof UPLOAD_MODES)[number];

/** What a node of a cluster shows the others. */
export interface NodeStatus {
  /** Where other nodes reach it. */
  url: string;
  roles: readonly NodeRole[];
  /** Schemes of the URLs whose texts it reads, with their colons. */
  schemes: readonly string[];
  /** `apart` if it is of another build, and counts with others of that; `silent` if it shows no sign of life. */
  state: "idle" | "counting" | "silent" | "apart";
  /** Threads that count. */
  workers: number;
  /** Splits that it counts now. */
  splits: number;
  /** Of Millrace. */
  version: string;
  /** Names the version with its kernels: nodes of one build count together. */
  build: string;
  /** Milliseconds since its last sign of life. */
  seenMs: number;
}

/** Splits in the queue of a cluster, as it was a moment ago. */
export interface QueueFigures {
  waiting: number;
  /** Those that a node has. */
  running: number;
  /**
   * Those that failed for a passing reason, or that a node left to others, and wait until they are
   * begun again.
   */
  delayed: number;
  /** Those that were given up, of the last hours. */
  failed: number;
  /** Milliseconds that the oldest one has waited; of the thousand that are next. */
  oldestWaitingMs: number;
}

/** What a node has done in its cluster since it started. */
export interface ClusterSums {
  /**
   * Splits: `done` and `failed` (by their text) ones were counted here; `interrupted` ones were begun
   * here, and somebody else, or a later attempt, has to count them; `again` tells how many of all these
   * had been begun before. This node has found `stalled` ones, whose nodes showed no sign of life; of
   * `lost` ones it could not fetch the keys.
   */
  splits: Record<"done" | "failed" | "interrupted" | "again" | "stalled" | "lost", number>;
  /**
   * Jobs that came here with URLs, or with a body that others might have counted, and were spread over
   * nodes, or kept here.
   */
  jobs: { spread: number; kept: number };
  /** Bytes of keys that were fetched from other nodes and that others have fetched; of texts, read for splits. */
  moved: { outputsFetched: number; outputsServed: number; inputsRead: number };
}

/** A cluster as one of its nodes sees it. */
export interface ClusterStatus extends ClusterSums {
  /** Whether Redis answers; while it does not, all that it told is as it was. */
  reached: boolean;
  queue: QueueFigures;
}

/** A snapshot of an engine, for people and monitors. */
export interface EngineStatus {
  /** Threads that count. */
  workers: number;
  /** Milliseconds since the engine started. */
  uptimeMs: number;
  /** Whether they work one at a time, for benchmarks. */
  serialized: boolean;
  /** How results wake the host. */
  doorbell: string;
  threads: ThreadStatus[];
  inline: InlineStatus;
  /** Mean over the threads. */
  utilization: number;
  /** Jobs in the engine; `leaving` ones have ended, and tasks of them are still out. */
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
  /** The engine's bounds; one that does not exist is left out. */
  bounds: { runningJobs: number } & Partial<EngineBounds>;
  /** Tasks: `queued` ones are in the queue, `out` ones in the queue or with a worker, `pending` ones on the host. */
  tasks: { queued: number; out: number; pending: number };
  /** Places for chunks. */
  slots: { free: number; bytes: number };
  /** What jobs have written to disk since the start; left out where there is no disk. */
  spill?: Spilled;
  /** Bytes of shared memory: all, those that were ever used, those that jobs hold. */
  memory: { bytes: number; touched: number; jobs: number; regions: MemoryRegions };
  contention: ContentionStatus;
  stages: StageSums;
  /** What went wrong. `breaker` is `closed` while jobs are taken; `retired` threads were given up and may still run. */
  faults: FaultCounts & { breaker: BreakerState; retired: number };
  /** There in a cluster: its nodes, this one among them. */
  nodes?: readonly NodeStatus[];
  /** Likewise: its queue, and what this node has done in it. */
  cluster?: ClusterStatus;
}

/** What `GET /v1/engine` answers. */
export interface EngineDocument extends EngineStatus {
  /** Of Millrace. */
  version: string;
}

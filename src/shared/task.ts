import type { ChunkUse } from "./kernel_use.ts";
import type { RecordFault } from "./record_fault.ts";
import type { RecordReport } from "../contract/documents.ts";

/** What a worker does with a task; the numbers stand in shared memory. */
export const TaskKind = {
  /** Count one chunk. */
  map: 1,
  /** Scatter one worker's table into partitions. */
  partition: 2,
  /** Merge and order one partition. */
  reduce: 3,
  /** Merge the ordered partitions into the segment. */
  finish: 4,
  /** Partition, reduce and finish in one go. */
  reduceAll: 5,
  /** Count the only chunk of a job, then as `reduceAll`. */
  count: 6,
  /** Write one worker's table to disk, or for WORKER_CAPACITY what a reduce has left. */
  spill: 7,
  /** Merge one partition of what is on disk. */
  merge: 8,
  /** Merge those into the segment, on disk. */
  collect: 9,
  /** As `map`, of a chunk that the worker reads from a file. */
  mapFile: 10,
  /** As `count`, likewise. */
  countFile: 11,
  /** As `map`, by the job's user kernel. */
  mapUser: 12,
  /** As `count`, likewise. */
  countUser: 13,
} as const;

/** One of the numbers of TaskKind. */
export type TaskKind = typeof TaskKind[keyof typeof TaskKind];

/** Whether code of a user runs for such a task. */
export const runsUserCode = (kind: TaskKind): boolean => kind >= TaskKind.mapUser;

/** Whether the worker reads the text of such a task from a file. */
export const readsFile = (kind: TaskKind): boolean =>
  kind === TaskKind.mapFile || kind === TaskKind.countFile;

/** Whether such a task counts a chunk. */
export function countsChunk(kind: TaskKind): boolean {
  return kind === TaskKind.map || kind === TaskKind.count || kind >= TaskKind.mapFile;
}

/** One unit of work. */
export interface Task {
  kind: TaskKind;
  /** Index of the job block. */
  job: number;
  /** The job block's epoch: which of the jobs, or runs of a job, that had the block. */
  epoch: number;
  /** Number of the chunk, table or partition. */
  part: number;
  /** Address and bytes of the text; 0 where there is none. */
  start: number;
  bytes: number;
}

/** What a worker says of a task that it has done. */
export interface Outcome {
  /** See task_status.ts. */
  status: number;
  tokens: number;
  /** Invalid UTF-8 sequences that were replaced. */
  replaced: number;
  /** Byte offset in the chunk of what the status complains about. */
  offset: number;
  /** Address and bytes of the chunk's edge words, for n-grams across chunks. */
  edges: number;
  edgesBytes: number;
  /** Microseconds that the worker spent. */
  micros: number;
  /** What user code has used, where some has run. */
  use?: ChunkUse;
  /** What the records of the chunk were, where a kernel of ours has read them. */
  tallies?: RecordReport;
  /** Line feeds of the chunk, where there are tallies. */
  lineFeeds?: number;
  /** Where and why its records cannot be read, if they are to blame. */
  fault?: RecordFault;
}

/** What came of one task. */
export interface Result extends Task, Outcome {
  /** The place of the worker that has done it. */
  place: number;
}

/** A task to read into. */
export function createTask(): Task {
  return { kind: TaskKind.map, job: 0, epoch: 0, part: 0, start: 0, bytes: 0 };
}

/** A result to read into. */
export function createResult(): Result {
  return {
    kind: TaskKind.map,
    job: 0,
    epoch: 0,
    part: 0,
    start: 0,
    bytes: 0,
    status: 0,
    tokens: 0,
    replaced: 0,
    offset: 0,
    edges: 0,
    edgesBytes: 0,
    micros: 0,
    use: undefined,
    tallies: undefined,
    lineFeeds: 0,
    fault: undefined,
    place: 0,
  };
}

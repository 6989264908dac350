import { PARTITION_CAPACITY, WORKER_CAPACITY } from "../../../assembly/layout.ts";
import { TaskKind } from "../../shared/task.ts";

/** Tasks that may run side by side; the next stage begins when all of them are done. */
export interface ReduceStage {
  readonly kind: TaskKind;
  /** The task's part: a table or a partition. */
  readonly parts: readonly number[];
  /** What each task weighs against map tasks, in bytes of text. */
  readonly cost: number;
}

/** What a run has in memory after its map phase. */
export interface MappedTables {
  /** Numbers of the tables. */
  tables: readonly number[];
  /** Pages of all tables. */
  pages: number;
  /** Bytes of text that are counted in them. */
  textBytes: number;
  /** Threads that reduce. */
  workers: number;
  /** Into how many partitions the tables are scattered already, log 2. @default {0: they are not} */
  scatteredBits?: number;
}

/** How tables become one segment in memory. */
export interface MemoryPlan {
  /** Into how many partitions the keys are scattered, log 2. */
  partitionBits: number;
  stages: readonly ReduceStage[];
}

/** Up to this much text one task does the whole reduce: more tasks cost more than they save. */
const SMALL_REDUCE_BYTES = 1024 * 1024;

/**
 * Pages of tables for each partition: so few that the slots and records of a merge stay in a core's
 * cache. In 4 partitions instead of 64, five million keys take twice as long to reduce.
 */
const PAGES_PER_PARTITION = 24;

const REDUCE_COST = 256 * 1024;

/** Cost of one slice of a merge on disk; the task is submitted again until no slice is left. */
export const MERGE_COST = 16 * 1024 * 1024;

/**
 * Plans the reduce of tables in memory: each table is scattered into partitions, each partition
 * is merged and ordered, and the ordered partitions become the segment.
 */
export function planInMemory(mapped: MappedTables): MemoryPlan {
  const { tables, textBytes, workers, scatteredBits = 0 } = mapped;
  if (scatteredBits > 0) return planPartitions(tables, scatteredBits);
  if (textBytes <= SMALL_REDUCE_BYTES || workers === 1) {
    return { partitionBits: 0, stages: [stage(TaskKind.reduceAll, [0])] };
  }
  return planPartitions(tables, choosePartitionBits(mapped));
}

function planPartitions(tables: readonly number[], partitionBits: number): MemoryPlan {
  return {
    partitionBits,
    stages: [
      stage(TaskKind.partition, tables),
      stage(TaskKind.reduce, numbersBelow(1 << partitionBits)),
      stage(TaskKind.finish, [0]),
    ],
  };
}

/** Some partitions for each worker, and each small enough for its caches. */
function choosePartitionBits({ pages, workers }: MappedTables): number {
  const partitions = Math.max(workers * 2, pages / PAGES_PER_PARTITION);
  return Math.ceil(Math.log2(Math.min(partitions, PARTITION_CAPACITY)));
}

/**
 * Plans the reduce of a run that has spilled: the tables in memory go to disk as well, each partition
 * on disk is merged, and the merged partitions become the segment.
 *
 * @param tables Numbers of the tables that are in memory.
 * @param partitionBits Partitions on disk, log 2.
 */
export function planFromDisk(
  tables: readonly number[],
  partitionBits: number,
): readonly ReduceStage[] {
  return [
    stage(TaskKind.spill, [...tables, WORKER_CAPACITY]), // the last one: what a reduce in memory has left
    stage(TaskKind.merge, numbersBelow(1 << partitionBits), MERGE_COST),
    stage(TaskKind.collect, [0], MERGE_COST),
  ];
}

/** Plans the reduce of lists on disk that are ordered by key, which is one merge. */
export function planMerge(): readonly ReduceStage[] {
  return [stage(TaskKind.merge, [0], MERGE_COST), ...planCollect()];
}

/** Plans the reduce of parts of the answer on disk, which are brought together in its order. */
export function planCollect(): readonly ReduceStage[] {
  return [stage(TaskKind.collect, [0], MERGE_COST)];
}

/** A table that a lost thread has left in its reserve, as a stage of its own. */
export function planSpillOf(table: number): ReduceStage {
  return stage(TaskKind.spill, [table]);
}

function stage(kind: TaskKind, parts: readonly number[], cost = REDUCE_COST): ReduceStage {
  return { kind, parts, cost };
}

function numbersBelow(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}

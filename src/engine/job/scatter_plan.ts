import { PAGE_BYTES } from "../../../assembly/layout.ts";
import type { EngineContext, RunOwner } from "../engine_context.ts";

/** The tables of fewer records stay in the caches, and their reduce is a single task. */
const LEAST_BYTES = 1024 * 1024;

/** Scattered records are held until they are combined: they may take this part of a job's room. */
const ROOM_SHARE = 4;

/** Bytes of records in a partition: the part of them that is distinct stays in a core's cache. */
const PARTITION_BYTES = 1024 * 1024;
const MOST_BITS = 6;

/**
 * Into how many partitions the records of a job are scattered as they come, log 2; 0 if the tables of
 * the workers combine them.
 *
 * A table of a million keys is larger than any cache, and each record looks into it. Scattered records
 * are combined a partition at a time. That takes memory for all of them, and a disk for when other jobs
 * have that memory, so that a job without a disk keeps to tables.
 */
export function planScatter(
  { records, recordBytes }: Pick<RunOwner, "records" | "recordBytes">,
  { spill, jobRoom }: Pick<EngineContext, "spill" | "jobRoom">,
): number {
  if (spill === undefined || recordBytes <= LEAST_BYTES) return 0;
  if (recordBytes > jobRoom.pageLimit * PAGE_BYTES / ROOM_SHARE) return 0;
  const { op, value, stats } = records!;
  const areWords = stats === undefined && value === "i64" &&
    (op === "sum" || op === "min" || op === "max");
  if (!areWords) return 0; // others have states that a record does not tell
  return Math.min(Math.max(1, Math.ceil(Math.log2(recordBytes / PARTITION_BYTES))), MOST_BITS);
}

import { PAGE_BYTES } from "../../assembly/layout.ts";
import { conflictError } from "../contract/conflict.ts";
import type { JobError } from "../contract/problems.ts";
import { formatSize } from "../contract/sizes.ts";
import type { JobRoom } from "../shared/job_terms.ts";

/**
 * One part of a job's memory is for its tables. The others are for the reduce, where the runs that the
 * tables are scattered into, and the orders and the segment that are made of these, stand beside them.
 */
const TABLE_SHARE = 1 / 4;

/** What a table has beside the pages that are bounded: its first one, and one for long keys. */
const OTHER_PAGES = 2;
/** A page for each tier of a table, and one for long keys. */
const LEAST_TABLE_PAGES = 4;

/** What divides the memory of a job. */
interface Shares {
  /** Threads, each of which may have a table. */
  workers: number;
  /** What an exact job may use. */
  room: JobRoom;
}

/**
 * What a job may use that counts approximately.
 *
 * @param memory Bytes for keys and counts.
 * @throws {JobError} `invalid_parameter` if that is too little for so many tables.
 */
export function approxRoom(memory: number, { workers, room }: Shares): JobRoom {
  const pages = Math.min(Math.floor(memory / PAGE_BYTES), room.pageLimit);
  const tablePages = Math.floor(pages * TABLE_SHARE / workers) - OTHER_PAGES;
  if (tablePages < LEAST_TABLE_PAGES) throw tooLittle(memory, workers);
  return { ...room, tablePages };
}

function tooLittle(value: number, workers: number): JobError {
  const pages = (LEAST_TABLE_PAGES + OTHER_PAGES) * workers / TABLE_SHARE;
  const least = Math.ceil(pages * PAGE_BYTES / 2 ** 20) * 2 ** 20;
  return conflictError({
    parameter: "memory",
    value,
    other: "mode",
    reason: `${workers} threads count here, whose tables take ${formatSize(least)} at least`,
    allowed: { least },
  });
}

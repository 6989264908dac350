import { conflictError } from "../../contract/conflict.ts";
import { isLargestFirst, type Order } from "../../contract/options.ts";
import { JobError } from "../../contract/problems.ts";
import type { JobResult } from "../../engine/job_contract.ts";
import type { Cut } from "../../output/selection.ts";

/** A partition of a result, or all of it. */
export interface ResultPart {
  /** What the selection is cut to. */
  bounds: Pick<Cut, "from" | "to">;
  /** How many keys of the result it holds. */
  keys: number;
  /** The sum of their counts, of a partition whose result tells it. */
  counted?: number;
  /** Where a cursor begins to look for it. */
  position: number;
}

const encoder = new TextEncoder();

/**
 * Finds a partition of a result. Where records stand by key, it begins at its first one; in the
 * order of counts or values its records lie anywhere.
 *
 * @param part From 1; 0 for all.
 * @param order How the records stand as they are kept.
 * @param asked How they are shown.
 * @throws {JobError} `invalid_parameter` if there is no such partition.
 */
export function findPart(part: number, result: JobResult, order: Order, asked: Order): ResultPart {
  if (part === 0) return { bounds: {}, keys: result.segment.keys, position: 0 };
  const { partition, partStarts } = result;
  if (partition === undefined) {
    throw noPart(part, "the job has no partitions; partition=range and 'borders' make some", 0);
  }
  const { borders, keys, counted } = partition;
  if (part > keys.length) throw noPart(part, `the job has ${keys.length} partitions`, keys.length);
  const borderAt = (at: number) => at in borders ? encoder.encode(borders[at]) : undefined;
  const bounds = { from: borderAt(part - 2), to: borderAt(part - 1) };
  const sums = { keys: keys[part - 1], counted: counted?.[part - 1] };
  return { bounds, ...sums, position: findStart() };

  function findStart(): number {
    if (isLargestFirst(asked)) return 0;
    if (!isLargestFirst(order)) return partStarts?.[part - 1] ?? 0;
    // Cursors of another order count records.
    return keys.slice(0, part - 1).reduce((sum, each) => sum + each, 0);
  }
}

/** Groups may have forms in several partitions. @throws {JobError} `invalid_parameter`. */
export function refusePart(value: number): void {
  if (value === 0) return;
  const reason = "its borders are of keys, and 'group' shows groups of them";
  throw conflictError({ parameter: "part", value, other: "group", reason, allowed: 0 });
}

function noPart(value: number, reason: string, most: number): JobError {
  return new JobError("invalid_parameter", `Cannot use 'part': ${reason}`, {
    details: { parameter: "part", value, other: "borders", allowed: { least: 0, most } },
  });
}

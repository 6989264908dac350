import { TASK_TALLIED, TASK_TALLIES } from "../../assembly/layout.ts";
import {
  MOST_SKIPPED_AT,
  TALLY_LINE_FEEDS,
  TALLY_MISSING,
  TALLY_NOT_NUMBERS,
  TALLY_RECORDS,
  TALLY_SKIPPED,
  TALLY_SKIPPED_AT,
} from "../../assembly/records/plan_layout.ts";
import type { RecordReport } from "../contract/documents.ts";
import type { SharedHeap } from "./shared_heap.ts";

/** Says that TASK_TALLIES has tallies. */
const HAS_TALLIES = 1;

/**
 * Notes what the records of a task's chunk were; in COUNTING.
 *
 * @param record Address of the task's record.
 * @param tallies Words as TALLY_* say.
 */
export function noteTallies(heap: SharedHeap, record: number, tallies: Uint32Array): void {
  heap.words.set(tallies, (record + TASK_TALLIES) >> 2);
  heap.words[(record + TASK_TALLIED) >> 2] = HAS_TALLIES;
}

/** Reads what noteTallies() has noted, once the task is done; undefined if it has noted nothing. */
export function readTallies(words: Int32Array, record: number): RecordReport | undefined {
  if (words[(record + TASK_TALLIED) >> 2] !== HAS_TALLIES) return undefined;
  return decodeTallies(words, record + TASK_TALLIES);
}

/** Line feeds of the chunk, likewise. */
export function readLineFeeds(words: Int32Array, record: number): number {
  return words[(record + TASK_TALLIES + TALLY_LINE_FEEDS) >> 2] >>> 0;
}

/** Reads the tallies at an address in words. */
export function decodeTallies(words: Int32Array | Uint32Array, address: number): RecordReport {
  const word = (offset: number) => words[(address + offset) >> 2] >>> 0;
  const skipped = word(TALLY_SKIPPED);
  const known = Math.min(skipped, MOST_SKIPPED_AT);
  return {
    records: word(TALLY_RECORDS),
    missing: word(TALLY_MISSING),
    notNumbers: word(TALLY_NOT_NUMBERS),
    skipped,
    skippedAt: Array.from({ length: known }, (_, i) => word(TALLY_SKIPPED_AT + i * 4)),
  };
}

/** Adds the tallies of a chunk, which begins at an offset, to those of others. */
export function addTallies(
  sum: RecordReport | undefined,
  tallies: RecordReport,
  offset: number,
): RecordReport {
  const { records, missing, notNumbers, skipped, skippedAt } = tallies;
  const placed = skippedAt.map((at) => at + offset);
  if (!sum) return { ...tallies, skippedAt: placed };
  return {
    records: sum.records + records,
    missing: sum.missing + missing,
    notNumbers: sum.notNumbers + notNumbers,
    skipped: sum.skipped + skipped,
    skippedAt: [...sum.skippedAt, ...placed].sort((a, b) => a - b).slice(0, MOST_SKIPPED_AT),
  };
}

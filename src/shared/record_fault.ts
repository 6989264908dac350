import { TASK_TALLIED, TASK_TALLIES } from "../../assembly/layout.ts";
import {
  BROKEN_JSON,
  BROKEN_QUOTE,
  BROKEN_UTF8,
  TALLY_LINE_FEEDS,
} from "../../assembly/records/plan_layout.ts";
import type { SharedHeap } from "./shared_heap.ts";

/** Where a chunk cannot be read on, and why. */
export interface RecordFault {
  /** Line feeds of the chunk before the place. */
  lineFeeds: number;
  /** Which byte of its line the place is, from 1; 0 where nobody knows. */
  column: number;
  /** One of BROKEN_*; 0 where the record is not to blame. */
  reason: number;
}

/** Why a record is broken, in words, by one of BROKEN_*. */
export const FAULT_REASONS: Readonly<Record<number, string>> = {
  [BROKEN_QUOTE]: "a quote is left open",
  [BROKEN_JSON]: "it is no JSON",
  [BROKEN_UTF8]: "it is no UTF-8",
};

/** Says that TASK_TALLIES has a fault. */
const HAS_FAULT = 2;

/** Where the words of a fault stand among those of tallies. */
const COLUMN = 0;
const REASON = 4;

/** Notes why a task's chunk cannot be read; in COUNTING. @param record Address of the task's record. */
export function noteFault(heap: SharedHeap, record: number, fault: RecordFault): void {
  const at = record + TASK_TALLIES;
  heap.words[(at + TALLY_LINE_FEEDS) >> 2] = fault.lineFeeds;
  heap.words[(at + COLUMN) >> 2] = fault.column;
  heap.words[(at + REASON) >> 2] = fault.reason;
  heap.words[(record + TASK_TALLIED) >> 2] = HAS_FAULT;
}

/** Reads what noteFault() has noted, once the task is done; undefined if it has noted nothing. */
export function readFault(words: Int32Array, record: number): RecordFault | undefined {
  if (words[(record + TASK_TALLIED) >> 2] !== HAS_FAULT) return undefined;
  const word = (offset: number) => words[(record + TASK_TALLIES + offset) >> 2] >>> 0;
  return { lineFeeds: word(TALLY_LINE_FEEDS), column: word(COLUMN), reason: word(REASON) };
}

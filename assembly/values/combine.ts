import { VALUE_OVERFLOW } from "../layout";
import { RECORD_KEY_BYTES, keyedBytes } from "../reduce/record_runs";
import { addBinned, averageBinned, roundBinned } from "./binned_sum";
import {
  fail,
  form,
  FORM_AVG_F64,
  FORM_AVG_I64,
  FORM_MAX_F64,
  FORM_MAX_I64,
  FORM_MIN_F64,
  FORM_MIN_I64,
  FORM_STATS,
  FORM_SUM_F64,
  FORM_SUM_I64,
  hasValues,
  keepsTail,
} from "./op";
import { addStats, finishStats } from "./stats";
import { addWide, averageOf } from "./wide_sum";

// Combines records of the same key. Counts are added up; see op.ts for values.

/** Combines the count or the state of `record` with that of `into`. */
// @ts-ignore: decorator
@inline
export function combineRecords(into: usize, record: usize): void {
  if (hasValues) combineStates(into, tailOf(into), record, tailOf(record));
  else store<u64>(into, load<u64>(into) + load<u64>(record));
}

// @ts-ignore: decorator
@inline
function tailOf(record: usize): usize {
  return record + <usize>keyedBytes(load<u32>(record, RECORD_KEY_BYTES));
}

function combineStates(first: usize, tail: usize, otherFirst: usize, otherTail: usize): void {
  switch (form) {
    case FORM_SUM_I64: return addWide(first, tail, otherFirst, otherTail);
    case FORM_MIN_I64: return store<i64>(first, min<i64>(load<i64>(first), load<i64>(otherFirst)));
    case FORM_MAX_I64: return store<i64>(first, max<i64>(load<i64>(first), load<i64>(otherFirst)));
    case FORM_MIN_F64: return store<f64>(first, min<f64>(load<f64>(first), load<f64>(otherFirst)));
    case FORM_MAX_F64: return store<f64>(first, max<f64>(load<f64>(first), load<f64>(otherFirst)));
    case FORM_AVG_I64: {
      addWide(tail, tail + 8, otherTail, otherTail + 8);
      return store<u64>(tail, load<u64>(tail, 16) + load<u64>(otherTail, 16), 16);
    }
    case FORM_STATS: return addStats(tail - 8, otherTail - 8);
    case FORM_AVG_F64: {
      addBinned(tail, otherTail);
      return store<u64>(tail, load<u64>(tail, 40) + load<u64>(otherTail, 40), 40);
    }
    default: return addBinned(tail, otherTail);
  }
}

/**
 * Makes the first word of a record, with which no other will be combined, the value that the answer
 * shows. Doing so again changes nothing.
 */
// @ts-ignore: decorator
@inline
export function finishValue(record: usize): void {
  if (hasValues) finishState(record, tailOf(record));
}

function finishState(first: usize, tail: usize): void {
  switch (form) {
    case FORM_SUM_I64: {
      if (!keepsTail && load<i64>(tail) != 0) fail(VALUE_OVERFLOW, 0);
      return;
    }
    case FORM_AVG_I64: return store<f64>(first, averageOf(load<i64>(tail), load<i64>(tail, 8), load<u64>(tail, 16)));
    case FORM_STATS: return finishStats(first, tail - 8);
    case FORM_SUM_F64: return store<f64>(first, finite(roundBinned(tail)));
    case FORM_AVG_F64: return store<f64>(first, averageBinned(tail, load<u64>(tail, 40)));
    default: return;
  }
}

// @ts-ignore: decorator
@inline
function finite(value: f64): f64 {
  if (abs(value) == Infinity) fail(VALUE_OVERFLOW, 0);
  return value;
}

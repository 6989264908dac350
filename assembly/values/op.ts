import {
  FENCED,
  JOB_OP,
  JOB_VALUE_TYPE,
  KEY_BYTES_MASK,
  OK,
  OP_AVG,
  OP_COUNT,
  OP_MAX,
  OP_MIN,
  OP_STATS,
  OP_SUM,
  STOPPED,
  VALUE_DECIMAL,
  VALUE_F64,
  VALUE_NUMBER,
} from "../layout";
import { NUMBER_KEY_BYTES_MASK, STATS_BOUND, STATS_BYTES, STATS_EXTREMES, STATS_MADE, STATS_MASK } from "../number_layout";

// What the job of the call in hand does with values. A job without an op counts, and then nothing
// here costs more than a look at a global.
//
// For each key there is a state, of one or more words of 8 bytes. Its first word is the value that
// the answer shows. The others, the tail, are what combining needs beside it:
//
//   form       first   tail                                                          bytes
//   min, max   value   none                                                              8
//   sum, i64   low     high                                    (wide_sum.ts)            16
//   avg, i64   avg     low | high | how many values                                     32
//   stats      rank    of all ops, of numbers that have scales      (stats.ts)          80
//   sum, f64   sum     4 × digits | place of the first digit   (binned_sum.ts)          48
//   avg, f64   avg     the same | how many values                                       56
//
// 1. Combining states is associative and commutative, bit for bit, and cannot fail. So no order of
//    chunks, workers and spills changes an answer, nor whether there is one.
// 2. The first words of averages, of stats and of sums of doubles are made when all states of a key
//    are combined; until then they are 0. Then also a sum is refused that left the range of i64,
//    but not one of decimals, of which the answer has all 128 bits.
// 3. In records the tail stands behind the padded key. The segment has no tails but those of sums of
//    decimals and of stats: see segment_record.ts.

export const FORM_COUNT: u32 = 0;
export const FORM_MIN_I64: u32 = 1;
export const FORM_MAX_I64: u32 = 2;
export const FORM_SUM_I64: u32 = 3;
export const FORM_AVG_I64: u32 = 4;
export const FORM_STATS: u32 = 5;
export const FORM_MIN_F64: u32 = 6;
export const FORM_MAX_F64: u32 = 7;
export const FORM_SUM_F64: u32 = 8;
export const FORM_AVG_F64: u32 = 9;
/** From its number on, forms are those of doubles. */
export const FIRST_FORM_F64: u32 = FORM_MIN_F64;

/** The form of the job in hand, and whether it is not FORM_COUNT. */
export let form: u32 = FORM_COUNT;
export let hasValues: bool = false;
/** Whether its integers are decimals, and how many fraction digits they have. */
export let areDecimals: bool = false;
export let scale: u32 = 0;
/**
 * Of stats: one of STATS_*, by which rows are ordered; whether a sum of too many digits fails, and whether the
 * least and the greatest are kept.
 */
export let rankedBy: u32 = 0;
export let hasBound: bool = false;
export let hasExtremes: bool = false;
/**
 * Which bits of a value record's length are that of the key; and how many bytes of that are a state, as
 * records of segments have it.
 */
export let keyBytesMask: u32 = KEY_BYTES_MASK;
export let stateBytes: u32 = 0;
/** Bytes of a state behind its first word, and whether the answer has them. */
export let tailBytes: u32 = 0;
export let keepsTail: bool = false;
/**
 * From a state in a table to its tail. That of a sum of integers is away from it, as are the high words of
 * stats, since they hardly ever change, and the caches have room for more sums without them.
 */
export let tailOffset: usize = 8;
export const WIDE_TAIL_OFFSET: usize = 2048;
/**
 * Why the call must fail: OK, VALUE_OVERFLOW, VALUE_REFUSED or RECORDS_TORN; and the address of the
 * record of a chunk that it fails at.
 */
export let failure: i32 = OK;
export let failedAt: usize = 0;

/** Begins a call of the ABI for a job: reads its op. */
export function beginValues(job: usize): void {
  const type = load<u32>(job, JOB_VALUE_TYPE);
  const areNumbers = type >= <u32>VALUE_NUMBER;
  rankedBy = areNumbers ? type & STATS_MASK : 0;
  hasBound = areNumbers && (type & STATS_BOUND) != 0;
  hasExtremes = areNumbers && (type & STATS_EXTREMES) != 0;
  const areMade = areNumbers && (type & STATS_MADE) != 0;
  keyBytesMask = areNumbers && !areMade ? NUMBER_KEY_BYTES_MASK : KEY_BYTES_MASK;
  stateBytes = areMade ? STATS_BYTES - 8 : 0;
  areDecimals = !areNumbers && type >= <u32>VALUE_DECIMAL;
  scale = areDecimals ? type - VALUE_DECIMAL : 0;
  form = formOf(load<u32>(job, JOB_OP), type);
  hasValues = form != FORM_COUNT;
  keepsTail = form == FORM_STATS || areDecimals && form == FORM_SUM_I64;
  tailBytes = tailOf(form);
  tailOffset = form == FORM_SUM_I64 || form == FORM_STATS ? WIDE_TAIL_OFFSET : 8;
  failure = OK;
}

function formOf(op: u32, type: u32): u32 {
  const doubles: u32 = type == VALUE_F64 ? FIRST_FORM_F64 - FORM_MIN_I64 : 0;
  switch (op) {
    case OP_COUNT: return FORM_COUNT;
    case OP_MIN: return FORM_MIN_I64 + doubles;
    case OP_MAX: return FORM_MAX_I64 + doubles;
    case OP_SUM: return FORM_SUM_I64 + doubles;
    case OP_AVG: return FORM_AVG_I64 + doubles;
    case OP_STATS: return FORM_STATS;
  }
  unreachable(); // an error of the host
  return FORM_COUNT;
}

function tailOf(form: u32): u32 {
  switch (form) {
    case FORM_SUM_I64: return 8;
    case FORM_AVG_I64: return 24;
    case FORM_STATS: return STATS_BYTES - 8;
    case FORM_SUM_F64: return 40;
    case FORM_AVG_F64: return 48;
    default: return 0;
  }
}

/** The call in hand fails. It may go on meanwhile: nobody looks at what it leaves. */
export function fail(status: i32, at: usize): void {
  failure = status;
  failedAt = at;
}

/** The status that a call of the ABI returns. */
// @ts-ignore: decorator
@inline
export function endValues(status: i32): i32 {
  return failure == OK || status == FENCED || status == STOPPED ? status : failure;
}

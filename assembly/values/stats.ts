import { VALUE_KEY_BYTES, VALUE_OVERFLOW, VALUE_REFUSED } from "../layout";
import {
  GREATEST_HIGH,
  GREATEST_LOW,
  HIGH_WORDS_APART,
  LEAST_HIGH,
  LEAST_LOW,
  MOST_SCALE,
  NUMBER_SCALE_MASK,
  NUMBER_SCALE_SHIFT,
  NUMBERS_ARE_WIDE,
  RANK_HIGH,
  SCALE_SHIFT,
  STATS_AVG,
  STATS_BYTES,
  STATS_COUNT,
  STATS_COUNTED,
  STATS_MAX,
  STATS_MIN,
  SUM_HIGH,
  SUM_LOW,
  SUM_TOP,
} from "../number_layout";
import { SCRATCH_SPARE_STATE, scratch } from "../memory/runtime";
import { fail, hasBound, hasExtremes, rankedBy } from "./op";
import { powerOfTen } from "./quotient";
import { divide, high, low, multiply, top } from "./wide_number";

// Sum, least and greatest number, and how many there are. A number is so many units of 10^-scale, and
// says its scale itself. A state has one scale for all that it holds: the greatest that it has seen. So
// it does not depend on what was combined first.
//
//    0  rank      low | high: what rows are ordered by, in units of 10^-MOST_SCALE, once it is finished
//   16  sum       low
//   24  count | scale << 56, and NUMBERS_ARE_WIDE
//   32  least     low
//   40  greatest  low
//   48  sum       high | top
//   64  least     high
//   72  greatest  high
//
// All but count are in the form of wide_number.ts. NUMBERS_ARE_WIDE says that a high word is not 0, so that
// one look at the scale tells whether a number can be added by a few instructions. Where neither the least
// nor the greatest is told, both stay 0.
//
// No sum overflows: a number has 63 bits, 10^MOST_SCALE has 60, and a count has 56.
//
// In a record, the first word stands apart from the others: `state` is then 8 bytes before its tail, and
// nothing but finishStats reads or writes the rank.
//
// In a table, most numbers need few words of a state, which may have to come from far. So the others stand
// apart, and functions take two addresses: `state` for what is below 48, `apart` for the rest.
// There is no rank: what would be its place is another state's.

const COUNT_MASK: u64 = (<u64>1 << SCALE_SHIFT) - 1;

/** What sums of 38 digits are below: 10^38. */
const BOUND_HIGH: u64 = 0x4b3b_4ca8_5a86_c47a;
const BOUND_LOW: u64 = 0x098a_2240_0000_0000;

/** Where what is combined begins. */
export const STATE_START: usize = SUM_LOW;

/** Bytes of a state in a table, of its low words and of its high ones likewise. */
// @ts-ignore: decorator
@inline
export function halfStateBytes(): usize {
  return hasExtremes ? 32 : 16;
}

/** Makes a state of a table one of no number. */
export function clearStats(state: usize): void {
  const apart = state + HIGH_WORDS_APART;
  for (let i: usize = 0; i < halfStateBytes(); i += 8) {
    store<u64>(state + STATE_START + i, 0);
    store<u64>(apart + SUM_HIGH + i, 0);
  }
  if (!hasExtremes) return;
  store<i64>(state, i64.MAX_VALUE, LEAST_LOW);
  store<i64>(state, i64.MIN_VALUE, GREATEST_LOW);
}

/** Adds the number of a value record to a state of a table. */
// @ts-ignore: decorator
@inline
export function addNumber(state: usize, record: usize): void {
  const scale = (load<u32>(record, VALUE_KEY_BYTES) >>> NUMBER_SCALE_SHIFT) & NUMBER_SCALE_MASK;
  const value = load<i64>(record);
  const counted = load<u64>(state, STATS_COUNTED);
  if (<u32>(counted >>> SCALE_SHIFT) == scale) addNarrow(state, value, counted);
  else addScaled(state, value, scale, record);
}

/**
 * Adds a number of the state's scale, where no high words matter. No branch depends on what else the state
 * holds: it would be taken for the wrong one too often, and then nothing waits for the next states
 * meanwhile.
 */
// @ts-ignore: decorator
@inline
function addNarrow(state: usize, value: i64, counted: u64): void {
  const before = load<i64>(state, SUM_LOW);
  const after = before + value;
  store<i64>(state, after, SUM_LOW);
  store<u64>(state, counted + 1, STATS_COUNTED);
  if (hasExtremes) {
    store<i64>(state, min<i64>(load<i64>(state, LEAST_LOW), value), LEAST_LOW);
    store<i64>(state, max<i64>(load<i64>(state, GREATEST_LOW), value), GREATEST_LOW);
  }
  if (((before ^ after) & (value ^ after)) < 0) carry(state, value);
}

/** A sum that overflows has moved 2^64 from its low word in the value's direction. */
function carry(state: usize, value: i64): void {
  const apart = state + HIGH_WORDS_APART;
  addToHigh(apart, value < 0 ? -1 : 1, value >> 63);
  settle(state, apart, countIn(state), scaleIn(state));
}

/** Adds a number whose scale is not that of the state, or to a state that is wide. */
function addScaled(state: usize, value: i64, scale: u32, record: usize): void {
  if (scale > <u32>MOST_SCALE) {
    fail(VALUE_REFUSED, record);
    return;
  }
  const apart = state + HIGH_WORDS_APART;
  if (scale > scaleIn(state)) raise(state, apart, scale);
  const counted = load<u64>(state, STATS_COUNTED);
  const power = powerOfTen(scaleIn(state) - scale);
  const magnitude = <u64>(value < 0 ? -value : value);
  if (<i64>counted >= 0 && clz<u64>(magnitude) + clz<u64>(power) > 64) { // not wide, and below 2^63
    addNarrow(state, value * <i64>power, counted);
    return;
  }
  multiply(value, 0, 0, power);
  addToSum(state, apart, low, high, top);
  if (hasExtremes) reach(state, apart, low, high, low, high);
  settle(state, apart, countIn(state) + 1, scaleIn(state));
}

/** Adds the state of a record to one of a record; may bring it to the scale of this one. */
export function addStats(state: usize, other: usize): void {
  addState(state, state, other);
}

function addState(state: usize, apart: usize, other: usize): void {
  const scale = max(scaleIn(state), scaleIn(other));
  if (scaleIn(state) < scale) raise(state, apart, scale);
  if (scaleIn(other) < scale) raise(other, other, scale);
  addToSum(state, apart, load<i64>(other, SUM_LOW), load<i64>(other, SUM_HIGH), load<i64>(other, SUM_TOP));
  if (hasExtremes) {
    reach(
      state,
      apart,
      load<i64>(other, LEAST_LOW),
      load<i64>(other, LEAST_HIGH),
      load<i64>(other, GREATEST_LOW),
      load<i64>(other, GREATEST_HIGH),
    );
  }
  settle(state, apart, countIn(state) + countIn(other), scale);
}

/** Adds the state that a record of a segment has behind its key, which stays as it is. */
export function addMadeStats(state: usize, tail: usize): void {
  const copy = scratch + SCRATCH_SPARE_STATE;
  memory.copy(copy + RANK_HIGH, tail, STATS_BYTES - RANK_HIGH);
  addState(state, state + HIGH_WORDS_APART, copy);
}

/** The tail that a record has for a state of a table; valid until the next one is made. */
export function tailOfStats(state: usize): usize {
  const record = scratch + SCRATCH_SPARE_STATE;
  const bytes = halfStateBytes();
  for (let i: usize = RANK_HIGH; i < <usize>STATS_BYTES; i += 8) store<u64>(record + i, 0);
  for (let i = STATE_START; i < STATE_START + bytes; i += 8) store<u64>(record + i, load<u64>(state + i));
  if (load<i64>(state, STATS_COUNTED) < 0) { // wide: else the high words are 0
    memory.copy(record + SUM_HIGH, state + HIGH_WORDS_APART + SUM_HIGH, bytes);
  }
  return record + RANK_HIGH;
}

// @ts-ignore: decorator
@inline
function countIn(state: usize): u64 {
  return load<u64>(state, STATS_COUNTED) & COUNT_MASK;
}

// @ts-ignore: decorator
@inline
function scaleIn(state: usize): u32 {
  return <u32>(load<u64>(state, STATS_COUNTED) >>> SCALE_SHIFT) & NUMBER_SCALE_MASK;
}

function settle(state: usize, apart: usize, count: u64, scale: u32): void {
  let all = load<i64>(apart, SUM_HIGH) | load<i64>(apart, SUM_TOP);
  if (hasExtremes) all |= load<i64>(apart, LEAST_HIGH) | load<i64>(apart, GREATEST_HIGH);
  store<u64>(state, count | (<u64>(all != 0 ? scale | NUMBERS_ARE_WIDE : scale) << SCALE_SHIFT), STATS_COUNTED);
}

/** Brings a state to a greater scale. */
function raise(state: usize, apart: usize, scale: u32): void {
  const count = countIn(state);
  if (count != 0) {
    const power = powerOfTen(scale - scaleIn(state));
    multiply(load<i64>(state, SUM_LOW), load<i64>(apart, SUM_HIGH), load<i64>(apart, SUM_TOP), power);
    store<i64>(state, low, SUM_LOW);
    store<i64>(apart, high, SUM_HIGH);
    store<i64>(apart, top, SUM_TOP);
    if (hasExtremes) {
      raiseOne(state + LEAST_LOW, apart + LEAST_HIGH, power);
      raiseOne(state + GREATEST_LOW, apart + GREATEST_HIGH, power);
    }
  }
  settle(state, apart, count, scale);
}

function raiseOne(lowAt: usize, highAt: usize, power: u64): void {
  const upper = load<i64>(highAt);
  multiply(load<i64>(lowAt), upper, upper >> 63, power);
  store<i64>(lowAt, low);
  store<i64>(highAt, high);
}

/** Adds a number of three words to the sum. */
function addToSum(state: usize, apart: usize, lowWord: i64, highWord: i64, topWord: i64): void {
  const before = load<i64>(state, SUM_LOW);
  const after = before + lowWord;
  store<i64>(state, after, SUM_LOW);
  if (((before ^ after) & (lowWord ^ after)) < 0) addToHigh(apart, lowWord < 0 ? -1 : 1, lowWord >> 63);
  addToHigh(apart, highWord, topWord);
}

/** The high and top words of a sum are one number of 128 bits. */
function addToHigh(apart: usize, highWord: i64, topWord: i64): void {
  const upper = load<u64>(apart, SUM_HIGH) + <u64>highWord;
  store<u64>(apart, upper, SUM_HIGH);
  store<i64>(apart, load<i64>(apart, SUM_TOP) + topWord + <i64>(upper < <u64>highWord), SUM_TOP);
}

/** Lets the state reach down to one number, and up to another. */
function reach(state: usize, apart: usize, least: i64, leastHigh: i64, greatest: i64, greatestHigh: i64): void {
  if (isLess(least, leastHigh, load<i64>(state, LEAST_LOW), load<i64>(apart, LEAST_HIGH))) {
    store<i64>(state, least, LEAST_LOW);
    store<i64>(apart, leastHigh, LEAST_HIGH);
  }
  if (isLess(load<i64>(state, GREATEST_LOW), load<i64>(apart, GREATEST_HIGH), greatest, greatestHigh)) {
    store<i64>(state, greatest, GREATEST_LOW);
    store<i64>(apart, greatestHigh, GREATEST_HIGH);
  }
}

function isLess(lowA: i64, highA: i64, lowB: i64, highB: i64): bool {
  highA += lowA >> 63;
  highB += lowB >> 63;
  return highA < highB || highA == highB && <u64>lowA < <u64>lowB;
}

/** Makes what rows are ordered by; doing so again changes nothing. */
export function finishStats(first: usize, state: usize): void {
  const power = powerOfTen(MOST_SCALE - scaleIn(state));
  if (hasBound) {
    multiply(load<i64>(state, SUM_LOW), load<i64>(state, SUM_HIGH), load<i64>(state, SUM_TOP), power);
    if (!isInBound()) fail(VALUE_OVERFLOW, 0);
  }
  switch (rankedBy) {
    case STATS_MIN: {
      const leastHigh = load<i64>(state, LEAST_HIGH);
      multiply(load<i64>(state, LEAST_LOW), leastHigh, leastHigh >> 63, power);
      break;
    }
    case STATS_MAX: {
      const greatestHigh = load<i64>(state, GREATEST_HIGH);
      multiply(load<i64>(state, GREATEST_LOW), greatestHigh, greatestHigh >> 63, power);
      break;
    }
    case STATS_COUNT: {
      multiply(<i64>countIn(state), 0, 0, powerOfTen(MOST_SCALE));
      break;
    }
    default: {
      multiply(load<i64>(state, SUM_LOW), load<i64>(state, SUM_HIGH), load<i64>(state, SUM_TOP), power);
      if (rankedBy == STATS_AVG) divide(countIn(state));
    }
  }
  store<i64>(first, low);
  store<i64>(state, high, RANK_HIGH);
}

/** Whether a product has no more than 38 digits. */
function isInBound(): bool {
  // As one number of 192 bits, and then without its sign.
  const sign = low >> 63;
  let lower = <u64>low;
  let upper = <u64>(high + sign);
  let above = top + <i64>(sign != 0 && high == 0 ? -1 : 0);
  if (above < 0) {
    lower = ~lower + 1;
    const carry = <u64>(lower == 0);
    upper = ~upper + carry;
    above = ~above + <i64>(carry != 0 && upper == 0);
  }
  return above == 0 && (upper < BOUND_HIGH || upper == BOUND_HIGH && lower < BOUND_LOW);
}

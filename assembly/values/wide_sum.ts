import { areDecimals, scale } from "./op";
import { quotientOf } from "./quotient";

// A sum of signed integers that cannot overflow: i64 low | i64 high, which is low + 2^64 × high. Since
// low has a sign, high changes only where low overflows, which hardly ever happens.

/** Adds an integer to a sum of two words. */
// @ts-ignore: decorator
@inline
export function addInteger(low: usize, high: usize, value: i64): void {
  const before = load<i64>(low);
  const after = before + value;
  store<i64>(low, after);
  if (((before ^ after) & (value ^ after)) < 0) carry(high, value);
}

/** A sum that overflows has moved 2^64 from its low word in the value's direction. */
function carry(high: usize, value: i64): void {
  store<i64>(high, load<i64>(high) + (value < 0 ? -1 : 1));
}

/** Adds another sum. */
// @ts-ignore: decorator
@inline
export function addWide(low: usize, high: usize, otherLow: usize, otherHigh: usize): void {
  addInteger(low, high, load<i64>(otherLow));
  store<i64>(high, load<i64>(high) + load<i64>(otherHigh));
}

/** Integers up to here are doubles as they are. */
const MOST_EXACT: u64 = 1 << 53;

/** The average of a sum: the exact quotient, which is rounded once. */
export function averageOf(low: i64, high: i64, count: u64): f64 {
  let upper = high + (low >> 63); // now low without a sign, as in a 128-bit integer
  let lower = <u64>low;
  const negative = upper < 0;
  if (negative) {
    lower = ~lower + 1;
    upper = ~upper + <i64>(lower == 0);
  }
  const isExact = !areDecimals && upper == 0 && lower <= MOST_EXACT && count <= MOST_EXACT;
  const average = isExact
    ? <f64>lower / <f64>count
    : quotientOf(<u64>upper, lower, count, areDecimals ? scale : 0);
  return negative ? -average : average;
}

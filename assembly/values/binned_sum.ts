// A sum of doubles that does not depend on their order: the binned sum of Demmel and Nguyen
// ("Parallel Reproducible Summation", IEEE Transactions on Computers 64, 2015), with integers for
// their bins, so that no step rounds but the last.
//
// Write a double as digits of 24 bits on one grid for all doubles: place p weighs 2^(24 p - 1074).
// A double has at most four digits. Its place is that of its first one: see placeOf. A sum has the
// greatest place T of its doubles, and for each of the places T to T - 3 the sum of all their digits
// there. Digits further down are dropped.
//
// Sum: 4 × i64 digits, from place T down | u64 T
//
// Why the order changes nothing: a sum depends on the set of its doubles only. T does. A digit at
// a place p of T - 3 or above is never dropped, since the greatest place until then was at most T,
// so p was among its four places. A digit further down is dropped with its double or when the places
// move up. And sums of integers do not depend on their order: 2^39 digits of 24 bits do not
// overflow, and each double takes more than 8 bytes to write down.
//
// What it costs: a double loses less than 2^(24 (T - 3) - 1074), which is at most 2^-72 of the
// greatest magnitude. So 2^18 doubles lose less than half a unit in the last place of the greatest.
// Nothing is lost of doubles whose first digits are at one place, whatever cancels out.

const DIGIT_BITS: u64 = 24;
const DIGIT_MASK: u64 = (1 << 24) - 1;
const DIGITS: i32 = 4;
const PLACE: usize = 32;

/** Adds a finite double to a sum; may write the 8 bytes before the sum, without a change. */
// @ts-ignore: decorator
@inline
export function addDouble(sum: usize, value: f64): void {
  const bits = reinterpret<u64>(value);
  const exponent = <u32>(bits >>> 52) & 0x7ff;
  const fraction = bits & 0xf_ffff_ffff_ffff;
  if ((exponent | fraction) == 0) return;
  const mantissa = exponent == 0 ? fraction : fraction | (1 << 52);
  const lowest = exponent == 0 ? 0 : exponent - 1; // the last bit weighs 2^(lowest - 1074)
  const last = lowest / <u32>DIGIT_BITS;
  const shift: u64 = lowest - last * <u32>DIGIT_BITS;
  const sign = <i64>bits >> 63;
  const upper = mantissa >>> (48 - shift);
  const first = upper >>> DIGIT_BITS;
  const second = upper & DIGIT_MASK;
  const third = (mantissa >>> (24 - shift)) & DIGIT_MASK;
  const fourth = (mantissa << shift) & DIGIT_MASK;
  const zeros = <u32>(first == 0);
  const down = <i32>load<u64>(sum, PLACE) - <i32>(last + 3 - zeros);
  if (<u32>down > 1) {
    addElsewhere(sum, value, down, first, second, third, fourth);
    return;
  }
  // A first digit of 0 may be added to the word before the sum, and a last one to that behind.
  const at = sum + (<isize>(down - <i32>zeros) << 3);
  const kept = select<u64>(fourth, 0, at + 24 < sum + PLACE);
  if (ASC_FEATURE_SIMD) {
    const signs = i64x2.splat(sign);
    addTwoDigits(at, i64x2.replace_lane(i64x2.splat(first), 1, second), signs);
    addTwoDigits(at + 16, i64x2.replace_lane(i64x2.splat(third), 1, kept), signs);
  } else {
    addDigit(at, first, sign);
    addDigit(at + 8, second, sign);
    addDigit(at + 16, third, sign);
    addDigit(at + 24, kept, sign);
  }
}

/** Adds digits whose place is above the sum's, or so far below that some are dropped. */
function addElsewhere(
  sum: usize, value: f64, down: i32, first: u64, second: u64, third: u64, fourth: u64,
): void {
  if (down < 0) {
    moveUp(sum, -down);
    down = 0;
  }
  const end = sum + PLACE;
  const sign = reinterpret<i64>(value) >> 63;
  let at = sum + (<usize>down << 3);
  if (first != 0) at = addDigitBefore(end, at, first, sign);
  at = addDigitBefore(end, at, second, sign);
  at = addDigitBefore(end, at, third, sign);
  addDigitBefore(end, at, fourth, sign);
}

/** Adds a digit unless its place is below all; returns the next place. */
// @ts-ignore: decorator
@inline
function addDigitBefore(end: usize, at: usize, digit: u64, sign: i64): usize {
  if (at < end) addDigit(at, digit, sign);
  return at + 8;
}

/** Adds a digit, negative with the sign -1. */
// @ts-ignore: decorator
@inline
function addDigit(at: usize, digit: u64, sign: i64): void {
  store<i64>(at, load<i64>(at) + ((<i64>digit ^ sign) - sign));
}

// @ts-ignore: decorator
@inline
function addTwoDigits(at: usize, digits: v128, signs: v128): void {
  v128.store(at, i64x2.add(v128.load(at), i64x2.sub(v128.xor(digits, signs), signs)));
}

/** Makes the sum's first place one that is so many places above. */
function moveUp(sum: usize, places: i32): void {
  store<u64>(sum, load<u64>(sum, PLACE) + places, PLACE);
  for (let i = DIGITS - 1; i >= 0; i--) {
    const from = i - places;
    store<i64>(sum + (<usize>i << 3), from >= 0 ? load<i64>(sum + (<usize>from << 3)) : 0);
  }
}

/** Adds another sum. */
export function addBinned(sum: usize, other: usize): void {
  let down = <i32>(load<u64>(sum, PLACE) - load<u64>(other, PLACE));
  if (down < 0) {
    moveUp(sum, -down);
    down = 0;
  }
  for (let i = down; i < DIGITS; i++) {
    const at = sum + (<usize>i << 3);
    store<i64>(at, load<i64>(at) + load<i64>(other + (<usize>(i - down) << 3)));
  }
}

/** A sum of 2^64 doubles, divided by so many, is a double. */
const COUNT_BITS = 64;

/** The average of the doubles: sum and quotient are rounded, also where the sum is beyond the largest. */
export function averageBinned(sum: usize, count: u64): f64 {
  const rounded = roundBinned(sum);
  if (abs(rounded) != Infinity) return rounded / <f64>count;
  return roundBinned(sum, COUNT_BITS) / <f64>count * power(COUNT_BITS);
}

/**
 * The double that is nearest to the sum × 2^-down, of two the even one; infinite beyond the largest.
 * A result below the normal doubles is exact for a `down` of 0.
 */
export function roundBinned(sum: usize, down: i32 = 0): f64 {
  let exponent = <i32>(load<u64>(sum, PLACE) * DIGIT_BITS) - 1074; // of the highest digit
  // Carries go up, so that all digits but the highest are from 0 to 2^24 - 1.
  let fourth = load<i64>(sum, 24);
  let third = load<i64>(sum, 16) + (fourth >> DIGIT_BITS);
  let second = load<i64>(sum, 8) + (third >> DIGIT_BITS);
  let first = load<i64>(sum) + (second >> DIGIT_BITS);
  fourth &= DIGIT_MASK;
  third &= DIGIT_MASK;
  second &= DIGIT_MASK;
  const negative = first < 0;
  if (negative) {
    // -x of all digits together: complement, and 1 more at the end.
    fourth = (~fourth & DIGIT_MASK) + 1;
    third = (~third & DIGIT_MASK) + (fourth >> DIGIT_BITS);
    second = (~second & DIGIT_MASK) + (third >> DIGIT_BITS);
    first = ~first + (second >> DIGIT_BITS);
    fourth &= DIGIT_MASK;
    third &= DIGIT_MASK;
    second &= DIGIT_MASK;
  }
  for (let i = 1; i < DIGITS && first == 0; i++) {
    first = second;
    second = third;
    third = fourth;
    fourth = 0;
    exponent -= <i32>DIGIT_BITS;
  }
  if (first == 0) return 0;
  // 64 bits from the highest one on, of which the last says whether any bit follows.
  const zeros = clz<u64>(first);
  const below = (<u64>second << 40) | (<u64>third << 16) | (<u64>fourth >>> 8);
  let window = <u64>first << zeros;
  if (zeros != 0) window |= below >>> (64 - zeros);
  if ((below << zeros) != 0 || (fourth & 0xff) != 0) window |= 1;
  const magnitude = scale(<f64>window, exponent - <i32>zeros - down);
  return negative ? -magnitude : magnitude;
}

/**
 * value × 2^exponent. A result below the normal doubles is exact, since the sum is a multiple of the
 * least one.
 */
function scale(value: f64, exponent: i32): f64 {
  const half = exponent >> 1;
  return value * power(half) * power(exponent - half);
}

/** 2^exponent, for a normal double. */
// @ts-ignore: decorator
@inline
function power(exponent: i32): f64 {
  return reinterpret<f64>(<u64>(exponent + 1023) << 52);
}

// What reads numbers from strings, as JavaScript reads them. `src/kernels/compiler/library_changes.ts`
// makes asc's own functions call these, since those take control characters for digits, read beyond
// the end of a string, and are off by powers of ten where digits are many.

import { isSpace } from "util/string";
import { Natural, NATURAL_BYTES } from "./natural";
import { readPrefix } from "./number";

const PLUS: u32 = 0x2b;
const MINUS: u32 = 0x2d;
/** Integers up to it are exact in doubles. */
const MOST_EXACT: u64 = 1 << 53;
/** A number of more limbs is beyond doubles. */
const MOST_LIMBS = 33;
// @ts-ignore: decorator
@lazy
const INTEGER = changetype<Natural>(memory.data(NATURAL_BYTES, 4));

/** What parseFloat gives. */
// @ts-ignore: decorator
@global
function floatOf(text: string): f64 {
  const end = endOf(text);
  const from = firstOf(text, end);
  const sign = unitAt(from, end);
  const isNegative = sign == MINUS;
  const first = from + ((isNegative || sign == PLUS ? 1 : 0) << 1);
  if (unitAt(first, end) == 0x49 && isInfinity(first, end)) return isNegative ? -Infinity : Infinity;
  return readPrefix<u16>(from, end);
}

function isInfinity(at: usize, end: usize): bool {
  const name = "Infinity";
  const bytes = <usize>name.length << 1;
  return end - at >= bytes && memory.compare(at, changetype<usize>(name), bytes) == 0;
}

/**
 * What parseInt gives as a double, rounded to the nearest; as an integer, what is left of it in the
 * bits of the type, and 0 for what is no number.
 */
// @ts-ignore: decorator
@global
function integerOf<T>(text: string, radix: i32): T {
  const end = endOf(text);
  let at = firstOf(text, end);
  const sign = unitAt(at, end);
  if (sign == MINUS || sign == PLUS) at += 2;
  if ((radix == 0 || radix == 16) && unitAt(at, end) == 0x30 && (unitAt(at + 2, end) | 0x20) == 0x78) {
    at += 4; // 0x
    radix = 16;
  }
  if (radix == 0) radix = 10;
  const none = isFloat<T>() ? <T>NaN : <T>0;
  if (radix < 2 || radix > 36 || digitAt(at, end) >= <u32>radix) return none;
  const value = isFloat<T>() ? <T>readDouble(at, end, radix) : <T>readBits(at, end, radix);
  return sign == MINUS ? -value : value;
}

function readDouble(at: usize, end: usize, radix: u32): f64 {
  let value: u64 = 0;
  let digit = digitAt(at, end);
  for (; digit < radix && value < MOST_EXACT / 36; digit = digitAt(at, end)) {
    value = value * radix + digit;
    at += 2;
  }
  if (digit >= radix) return <f64>value;
  INTEGER.set(value);
  for (; digit < radix && INTEGER.size <= MOST_LIMBS; digit = digitAt(at, end)) {
    INTEGER.scale(radix, digit);
    at += 2;
  }
  return INTEGER.size > MOST_LIMBS ? Infinity : INTEGER.toDouble();
}

/** The last 64 bits of an integer. */
function readBits(at: usize, end: usize, radix: u32): u64 {
  let value: u64 = 0;
  for (let digit = digitAt(at, end); digit < radix; digit = digitAt(at, end)) {
    value = value * radix + digit;
    at += 2;
  }
  return value;
}

/** The value of the digit or letter at `at`; 36 or more where none stands. */
// @ts-ignore: decorator
@inline
function digitAt(at: usize, end: usize): u32 {
  const unit = unitAt(at, end);
  if (unit - 0x30 <= 9) return unit - 0x30;
  const letter = (unit | 0x20) - 0x61;
  return letter < 26 ? letter + 10 : 36;
}

/** The unit at `at`, or 0, which no number has. */
// @ts-ignore: decorator
@inline
function unitAt(at: usize, end: usize): u32 {
  return at < end ? load<u16>(at) : 0;
}

// @ts-ignore: decorator
@inline
function endOf(text: string): usize {
  return changetype<usize>(text) + (<usize>text.length << 1);
}

/** Where the space in front of a text ends. */
function firstOf(text: string, end: usize): usize {
  let at = changetype<usize>(text);
  while (at < end && isSpace(load<u16>(at))) at += 2;
  return at;
}

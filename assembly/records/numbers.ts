import { MOST_SCALE } from "../number_layout";

// Decimals: an optional sign, digits, optionally a point and more digits, optionally an exponent. Blanks
// may stand around them.

/** Below it, one more digit is no danger. */
const SAFE: u64 = 900_000_000_000_000_000;
const MOST: u64 = 0x7fffffffffffffff;
/** No exponent beyond it can give a number, however many zeroes stand before it. */
const MOST_EXPONENT: i32 = 1_000_000_000;

const POINT: u32 = 0x2e;
const MINUS: u32 = 0x2d;
const PLUS: u32 = 0x2b;
const ZERO: u32 = 0x30;
const SPACE: u32 = 0x20;
const TAB: u32 = 0x09;

/** What readNumber has read: `number` × 10 ^ -`scale`. */
export let number: i64 = 0;
export let scale: u32 = 0;

const POWERS = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
  1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
  1000000000000000000,
], 16);

/** 10 ^ exponent, of 0 to 18. */
// @ts-ignore: decorator
@inline
export function powerOf10(exponent: u32): u64 {
  return load<u64>(POWERS + (exponent << 3));
}

/** As readNumber, inlined for what is short and has no blanks. */
// @ts-ignore: decorator
@inline
export function readPlain(at: usize, end: usize): bool {
  const isNegative = load<u8>(at) == MINUS;
  return readDigits(at + <usize>isNegative, end, isNegative) || readNumber(at, end);
}

/** Reads 1 to 8 digits, and perhaps a point among them, which fill [at, end); false if something else does. */
// @ts-ignore: decorator
@inline
export function readDigits(at: usize, end: usize, isNegative: bool): bool {
  return <u32>(end - at) - 1 < 8 && readShort(at, end, isNegative);
}

/** Reads a decimal that fills [at, end); false if it is none, or one that has no room. */
export function readNumber(at: usize, end: usize): bool {
  if (at >= end) return false;
  let first = <u32>load<u8>(at);
  if (first <= SPACE || <u32>load<u8>(end - 1) <= SPACE) {
    while (at < end && isBlank(load<u8>(at))) at++;
    while (at < end && isBlank(load<u8>(end - 1))) end--;
    if (at == end) return false;
    first = load<u8>(at);
  }
  const isNegative = first == MINUS;
  at += <usize>isNegative | <usize>(first == PLUS); // no branch: signs are in no order
  return readDigits(at, end, isNegative) || readLong(at, end, isNegative);
}

const ZEROES: u64 = 0x3030303030303030;
/** Points, as ZEROES leave them. */
const POINTS: u64 = 0x1e1e1e1e1e1e1e1e;
const ABOVE_NINE: u64 = 0x7676767676767676;
const LOWEST: u64 = 0x0101010101010101;
const HIGH_BITS: u64 = 0x8080808080808080;

/**
 * Reads 1 to 8 digits and perhaps a point, all at once: zeroes are put before them, the point is taken
 * out, and three multiplications put neighbours together. False if something else is there.
 */
// @ts-ignore: decorator
@inline
function readShort(at: usize, end: usize, isNegative: bool): bool {
  const bytes = <u32>(end - at);
  let digits = (load<u64>(at) ^ ZEROES) << <u64>(64 - (bytes << 3));
  const points = digits ^ POINTS;
  const found = (points - LOWEST) & ~points & HIGH_BITS;
  let places: u32 = 0;
  if (found != 0) {
    if (bytes == 1) return false;
    const point = found & (0 - found);
    digits = digits & (0 - (point << 1)) | (digits & ((point >>> 7) - 1)) << 8;
    places = <u32>(63 - ctz(point)) >>> 3;
  }
  if (((digits + ABOVE_NINE | digits) & HIGH_BITS) != 0) return false;
  digits = digits * 2561 >>> 8;
  digits = (digits & 0x00ff00ff00ff00ff) * 6553601 >>> 16;
  digits = (digits & 0x0000ffff0000ffff) * 42949672960001 >>> 32;
  number = (<i64>digits ^ -<i64>isNegative) + <i64>isNegative;
  scale = places;
  return true;
}

// @ts-ignore: decorator
@inline
function isBlank(byte: u32): bool {
  return byte == SPACE || byte == TAB;
}

/** Reads any decimal behind its sign: zeroes at its end make no number too long. */
function readLong(at: usize, end: usize, isNegative: bool): bool {
  let value: u64 = 0;
  let places: i32 = 0; // fraction digits in `value`, less those of the exponent
  let zeroes: i32 = 0; // that were read and are not in `value` yet
  let digits: u32 = 0;
  let behindPoint = false;
  for (; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte == POINT && !behindPoint) {
      behindPoint = true;
      continue;
    }
    const digit = byte - ZERO;
    if (digit > 9) break;
    digits++;
    if (behindPoint) places++;
    if (digit == 0) {
      zeroes++;
      continue;
    }
    for (; zeroes >= 0; zeroes--) {
      const next = zeroes == 0 ? digit : 0;
      if (value > SAFE && (value > MOST / 10 || value * 10 > MOST + 1 - next)) return false;
      value = value * 10 + next;
    }
    zeroes = 0;
  }
  if (digits == 0) return false;
  if (at < end) {
    if ((load<u8>(at) | 0x20) != 0x65) return false; // an e
    places -= readExponent(at + 1, end);
    if (!exponentIsThere) return false;
  }
  return settle(value, places, zeroes, isNegative);
}

let exponentIsThere: bool = false;

function readExponent(at: usize, end: usize): i32 {
  let exponent: i32 = 0;
  let isNegative = false;
  if (at < end) {
    const sign = <u32>load<u8>(at);
    isNegative = sign == MINUS;
    if (isNegative || sign == PLUS) at++;
  }
  exponentIsThere = at < end;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - ZERO;
    if (digit > 9) exponentIsThere = false;
    exponent = min(exponent * 10 + <i32>(digit & 15), MOST_EXPONENT / 10);
  }
  return isNegative ? -exponent : exponent;
}

/**
 * Brings value × 10 ^ (zeroes - places) to a scale of 0 to 18: to `places`, as it was written, where
 * that has room.
 */
function settle(value: u64, places: i32, zeroes: i32, isNegative: bool): bool {
  let wanted = min(max(places, 0), MOST_SCALE);
  if (value == 0) {
    number = 0;
    scale = <u32>wanted;
    return true;
  }
  let more = zeroes - places + wanted; // zeroes to be put to the value
  if (more < 0) { // the value itself ends with no zero
    return false;
  }
  while (more > 0) {
    if (value > MOST / 10) {
      // Zeroes of the fraction may be left out.
      if (wanted < more) return false;
      wanted -= more;
      break;
    }
    value *= 10;
    more--;
  }
  if (value > MOST && !(isNegative && value == MOST + 1)) return false;
  number = isNegative ? <i64>(0 - value) : <i64>value;
  scale = <u32>wanted;
  return true;
}

// Exact decimals of texts, for kernels whose values are some: `SCALE` fraction digits, held as an i64
// that counts units of the last of them, `UNIT` to the whole. Both are constants of the file that the
// compiler writes for each kernel.
//
// A text is, with spaces around it or without:
//
//   [+-] digits [. digits] [e [+-] digits]      one of the two first digits may lack: `.5`, `5.`
//
// Nothing else is a number: no separators of thousands, no decimal comma, no sign of a currency. A
// text is refused if a digit that is not 0 stands behind the last fraction digit; nothing is rounded.

import { SCALE, UNIT } from "./build";
import { fail } from "./host";
import { decode } from "./text";

/** The largest value; the least one is 1 unit further from 0. */
const MOST: u64 = 9223372036854775807;
/** Below it, one more digit always fits. */
const SAFE: u64 = MOST / 10;
/** Greater exponents mean the same: no text is so long. */
const MOST_EXPONENT: i64 = 1_000_000_000_000;
/** So much of a text is in a message. */
const MOST_SHOWN = 80;

const PLUS: u32 = 0x2b;
const MINUS: u32 = 0x2d;
const POINT: u32 = 0x2e;

/** What `read` has found. */
const READ = 0;
const NO_NUMBER = 1;
const TOO_FINE = 2;
const BEYOND = 3;
const BELOW = 4;
let found = READ;

/** The units of an integer, which is a whole number. */
export function unitsOfInteger(value: i64): i64 {
  const units = value * UNIT;
  if (value > <i64>MOST / UNIT) refuse(value.toString(), BEYOND);
  if (value < i64.MIN_VALUE / UNIT) refuse(value.toString(), BELOW);
  return units;
}

/** Refuses an integer that no i64 holds. */
export function refuseInteger(value: u64): void {
  refuse(value.toString(), BEYOND);
}

/** The units of a decimal in a text. */
export function unitsOfText(text: string): i64 {
  const from = changetype<usize>(text);
  const units = read<u16>(from, from + (<usize>text.length << 1));
  if (found != READ) refuse(quote(text), found);
  return units;
}

/** The units of a decimal in the bytes [from, to). */
export function unitsOfBytes(from: usize, to: usize): i64 {
  const units = read<u8>(from, to);
  if (found != READ) refuse(quote(decode(from, <i32>min<usize>(to - from, 4 * MOST_SHOWN))), found);
  return units;
}

function quote(text: string): string {
  const shown = text.length > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
  return '"' + shown + '"';
}

function refuse(text: string, why: i32): void {
  fail("Cannot emit value " + text + ": " + reasonOf(why));
}

function reasonOf(why: i32): string {
  if (why == NO_NUMBER) return "it is no decimal number";
  if (why == TOO_FINE) return "it has more than " + SCALE.toString() + " fraction digits";
  return "it is beyond " + (why == BELOW ? "-" + written(MOST + 1) : written(MOST));
}

/** A number of units as a decimal. */
function written(units: u64): string {
  const digits = units.toString(); // more of them than a scale has
  const whole = digits.length - SCALE;
  return SCALE == 0 ? digits : digits.substring(0, whole) + "." + digits.substring(whole);
}

/** A character of a text: a byte, or a half of UTF-16. */
// @ts-ignore: decorator
@inline
function unitAt<U>(at: usize, to: usize): u32 {
  return at < to ? <u32>load<U>(at) : 0;
}

// @ts-ignore: decorator
@inline
function isSpace(unit: u32): bool {
  return unit == 0x20 || (unit >= 0x09 && unit <= 0x0d);
}

/** Where the digits at `at` end. */
// @ts-ignore: decorator
@inline
function digitsEnd<U>(at: usize, to: usize): usize {
  while (at < to && <u32>load<U>(at) - 0x30 <= 9) at += sizeof<U>();
  return at;
}

/** Reads a text of characters of type U; sets `found`. */
function read<U>(from: usize, to: usize): i64 {
  const step = sizeof<U>();
  while (from < to && isSpace(<u32>load<U>(from))) from += step;
  while (from < to && isSpace(<u32>load<U>(to - step))) to -= step;
  found = NO_NUMBER;
  const sign = unitAt<U>(from, to);
  if (sign == PLUS || sign == MINUS) from += step;
  const point = digitsEnd<U>(from, to);
  let digits = point - from;
  let at = point;
  if (unitAt<U>(point, to) == POINT) {
    at = digitsEnd<U>(point + step, to);
    digits = at - from - step;
  }
  if (digits == 0) return 0;
  const end = at;
  let exponent: i64 = 0;
  if ((unitAt<U>(at, to) | 0x20) == 0x65) { // e
    at += step;
    const exponentSign = unitAt<U>(at, to);
    if (exponentSign == PLUS || exponentSign == MINUS) at += step;
    const first = at;
    at = digitsEnd<U>(at, to);
    if (at == first) return 0;
    for (let i = first; i < at; i += step) {
      exponent = min<i64>(exponent * 10 + <i64>(<u32>load<U>(i) - 0x30), MOST_EXPONENT);
    }
    if (exponentSign == MINUS) exponent = -exponent;
  }
  if (at != to) return 0;
  const power = <i64>((point - from) / step) + exponent + SCALE; // of 10 units, in front of all digits
  const isNegative = sign == MINUS;
  const units = gather<U>(from, point, end, power, isNegative ? MOST + 1 : MOST);
  if (found == BEYOND && isNegative) found = BELOW;
  return isNegative ? <i64>(0 - units) : <i64>units;
}

/** Puts digits together, of which so many stand in front of what is less than a unit. */
function gather<U>(from: usize, point: usize, end: usize, power: i64, most: u64): u64 {
  let units: u64 = 0;
  found = READ;
  for (let at = from; at < end; at += sizeof<U>()) {
    if (at == point) continue;
    const digit = <u64>(<u32>load<U>(at) - 0x30);
    if (--power < 0) {
      if (digit != 0) found = TOO_FINE;
      continue;
    }
    if (units >= SAFE && (units > SAFE || digit > most - SAFE * 10)) {
      found = BEYOND;
      return 0;
    }
    units = units * 10 + digit;
  }
  for (; power > 0 && units != 0; power--) {
    if (units > most / 10) {
      found = BEYOND;
      return 0;
    }
    units *= 10;
  }
  return units;
}

// Decimal numbers in texts, and in bytes: [+-] digits [. digits] [e [+-] digits]. One of the two first
// digits may lack: `.5`, `5.`.

import { MOST_DIGITS, nearestDouble } from "./nearest_double";

/** Greater exponents, and lesser ones, mean the same: no text is so long. */
const MOST_EXPONENT = 100_000_000;

const PLUS: u32 = 0x2b;
const MINUS: u32 = 0x2d;
const POINT: u32 = 0x2e;

/** What is left to read. */
let at: usize = 0;
let end: usize = 0;
/** What takeDigits has gathered: digits, how many from the first not 0, and whether others were cut. */
let digits: u64 = 0;
let significant = 0;
let isCut = false;

/**
 * The number in the bytes [from, to), with spaces around it or without. NaN if it is none, or if
 * anything else stands there.
 */
export function readNumber(from: usize, to: usize): f64 {
  while (from < to && isSpace(load<u8>(from))) from++;
  while (from < to && isSpace(load<u8>(to - 1))) to--;
  const value = readPrefix<u8>(from, to);
  return at == end ? value : NaN;
}

/** The number that [from, to) begins with, of characters of type U; NaN if it begins with none. */
export function readPrefix<U>(from: usize, to: usize): f64 {
  at = from;
  end = to;
  const isNegative = takeSign<U>();
  const value = takeDecimal<U>();
  return isNegative ? -value : value;
}

function takeDecimal<U>(): f64 {
  const from = at;
  digits = 0;
  significant = 0;
  isCut = false;
  const whole = takeDigits<U>();
  let decimals = 0;
  if (peek<U>() == POINT) {
    at += sizeof<U>();
    decimals = takeDigits<U>();
  }
  if (whole + decimals == 0) return NaN;
  const to = at;
  const exponent = takeExponent<U>();
  if (significant == 0) return 0;
  return nearestDouble<U>(digits, significant, significant - decimals + exponent, isCut, from, to);
}

// @ts-ignore: decorator
@inline
function isSpace(byte: u8): bool {
  return byte == 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** The next character, or 0, which no number has. */
// @ts-ignore: decorator
@inline
function peek<U>(): u32 {
  return at < end ? <u32>load<U>(at) : 0;
}

/** Takes a sign, if one is there. @returns Whether it is a minus. */
function takeSign<U>(): bool {
  const sign = peek<U>();
  if (sign == PLUS || sign == MINUS) at += sizeof<U>();
  return sign == MINUS;
}

/** @returns How many. */
function takeDigits<U>(): i32 {
  const from = at;
  for (; at < end; at += sizeof<U>()) {
    const digit = <u32>load<U>(at) - 0x30;
    if (digit > 9) break;
    if (significant == 0 && digit == 0) continue;
    if (significant < MOST_DIGITS) digits = digits * 10 + digit;
    else if (digit != 0) isCut = true;
    significant++;
  }
  return <i32>((at - from) / sizeof<U>());
}

/** Takes an exponent, if one is there, and is whole. @returns It, or 0. */
function takeExponent<U>(): i32 {
  const from = at;
  if ((peek<U>() | 0x20) != 0x65) return 0; // e
  at += sizeof<U>();
  const isNegative = takeSign<U>();
  const first = at;
  let exponent = 0;
  for (; at < end; at += sizeof<U>()) {
    const digit = <u32>load<U>(at) - 0x30;
    if (digit > 9) break;
    exponent = min(exponent * 10 + <i32>digit, MOST_EXPONENT);
  }
  if (at == first) at = from;
  return isNegative ? -exponent : exponent;
}

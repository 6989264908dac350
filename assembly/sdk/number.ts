// Decimal numbers in bytes. Where doubles hold the digits and the power of ten, the number is one
// product or quotient of the two, which rounds once; others go to the standard library.

import { decode } from "./text";

/** Integers up to it, and powers of ten up to 10^22, are exact in doubles. */
const MOST_EXACT: u64 = 1 << 53;
/** More digits may not fit in 64 bits. */
const MOST_DIGITS = 19;
const POWERS: StaticArray<f64> = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
];
/** Greater ones mean the same, and do not overflow. */
const MOST_EXPONENT = 100_000;

const PLUS: u8 = 0x2b;
const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;

/** What is left to read, and what takeDigits has gathered: digits, and how many from the first not 0. */
let at: usize = 0;
let end: usize = 0;
let digits: u64 = 0;
let significant = 0;

/**
 * The number in [from, to): `-12`, `.5`, `1e-3`, with spaces around it or without. NaN if it is none,
 * or if anything else stands there.
 */
export function readNumber(from: usize, to: usize): f64 {
  while (from < to && isSpace(load<u8>(from))) from++;
  while (from < to && isSpace(load<u8>(to - 1))) to--;
  at = from;
  end = to;
  digits = 0;
  significant = 0;
  const isNegative = takeSign();
  const whole = takeDigits();
  let decimals = 0;
  if (peek() == POINT) {
    at++;
    decimals = takeDigits();
  }
  if (whole + decimals == 0) return NaN;
  let power = -decimals;
  if ((peek() | 0x20) == 0x65) { // e
    at++;
    const isSmall = takeSign();
    const from = at;
    const exponent = takeExponent();
    if (at == from) return NaN;
    power += isSmall ? -exponent : exponent;
  }
  if (at != end) return NaN;
  const isExact = significant <= MOST_DIGITS && digits <= MOST_EXACT && power >= -22 && power <= 22;
  if (!isExact) return F64.parseFloat(decode(from, <i32>(to - from)));
  const value = <f64>digits;
  const scaled = power < 0 ? value / POWERS[-power] : value * POWERS[power];
  return isNegative ? -scaled : scaled;
}

// @ts-ignore: decorator
@inline
function isSpace(byte: u8): bool {
  return byte == 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** The next byte, or 0, which no number has. */
// @ts-ignore: decorator
@inline
function peek(): u8 {
  return at < end ? load<u8>(at) : 0;
}

/** Takes a sign, if one is there. @returns Whether it is a minus. */
function takeSign(): bool {
  const sign = peek();
  if (sign == PLUS || sign == MINUS) at++;
  return sign == MINUS;
}

/** @returns How many. */
function takeDigits(): i32 {
  const from = at;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit > 9) break;
    digits = digits * 10 + digit;
    if (significant > 0 || digit > 0) significant++;
  }
  return <i32>(at - from);
}

function takeExponent(): i32 {
  let exponent = 0;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit > 9) break;
    exponent = min(exponent * 10 + <i32>digit, MOST_EXPONENT);
  }
  return exponent;
}

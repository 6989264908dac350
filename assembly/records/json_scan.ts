import { nextQuote, skipRest } from "./json_marks";

// Passes over JSON that is marked. Its quotes and brackets are looked at, and not more.

const QUOTE: u8 = 0x22;
const OPEN_ARRAY: u8 = 0x5b;
const CLOSE_ARRAY: u8 = 0x5d;
const OPEN_OBJECT: u8 = 0x7b;
const CLOSE_OBJECT: u8 = 0x7d;
const COMMA: u8 = 0x2c;
const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
const POINT: u8 = 0x2e;
const LETTER_E: u8 = 0x65;
const ZERO: u8 = 0x30;
/** Plus, minus, point, letter e, zero, the digit nine, and what makes a capital letter a small one. */
const NUMBER_BYTES = memory.data<u8>([0x2b, 0x2d, 0x2e, 0x65, 0x30, 9, 0x20], 8);

// @ts-ignore: decorator
@inline
export function skipBlanks(at: usize, to: usize): usize {
  while (at < to && load<u8>(at) <= 0x20 && isBlank(load<u8>(at))) at++;
  return at;
}

// @ts-ignore: decorator
@inline
function isBlank(byte: u8): bool {
  return byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d;
}

/** Passes over a value; 0 if it is none. */
export function skipValue(at: usize, to: usize): usize {
  if (at >= to) return 0;
  const byte = load<u8>(at);
  if (byte == QUOTE) {
    const end = nextQuote(at + 1);
    return end < to ? end + 1 : 0;
  }
  if (byte == OPEN_OBJECT || byte == OPEN_ARRAY) return skipRest(at + 1, to);
  return skipWord(at, byte, to);
}

/** Passes over a number, or true, false or null. */
function skipWord(at: usize, first: u8, to: usize): usize {
  if (first == 0x74) return isWord(at, 0x65757274, 4, to); // true
  if (first == 0x6e) return isWord(at, 0x6c6c756e, 4, to); // null
  if (first == 0x66) return isWord(at + 1, 0x65736c61, 4, to); // false, behind its f
  const end = numberEnd(at, to);
  // A number begins with a digit, or a minus and one, and ends with a digit.
  const digit = at + <usize>(first == MINUS);
  return digit < end && isDigit(load<u8>(digit)) && isDigit(load<u8>(end - 1)) ? end : 0;
}

/** The end of what consists of digits, signs, points and letters e. */
// @ts-ignore: decorator
@inline
function numberEnd(at: usize, to: usize): usize {
  const plus = v128.load_splat<u8>(NUMBER_BYTES, 0), minus = v128.load_splat<u8>(NUMBER_BYTES, 1);
  const point = v128.load_splat<u8>(NUMBER_BYTES, 2), letter = v128.load_splat<u8>(NUMBER_BYTES, 3);
  const zero = v128.load_splat<u8>(NUMBER_BYTES, 4), nine = v128.load_splat<u8>(NUMBER_BYTES, 5);
  const lower = v128.load_splat<u8>(NUMBER_BYTES, 6);
  for (; at < to; at += 16) {
    const bytes = v128.load(at);
    const isDigit = i8x16.le_u(i8x16.sub(bytes, zero), nine);
    const isSign = v128.or(i8x16.eq(bytes, plus), i8x16.eq(bytes, minus));
    const isOther = v128.or(i8x16.eq(bytes, point), i8x16.eq(v128.or(bytes, lower), letter));
    const bits = i8x16.bitmask(v128.or(isDigit, v128.or(isSign, isOther))) ^ 0xffff;
    if (bits != 0) return min(at + ctz(bits), to);
  }
  return to;
}

/**
 * Whether a word is one of JSON (RFC 8259), and ends where skipWord() says: of what is asked for, each
 * byte is looked at.
 */
export function isWholeWord(at: usize, end: usize, to: usize): bool {
  if (end < to && !isBehindValue(load<u8>(end))) return false;
  const first = load<u8>(at);
  return first == MINUS ? isNumber(at + 1, end) : !isDigit(first) || isNumber(at, end);
}

// @ts-ignore: decorator
@inline
function isBehindValue(byte: u8): bool {
  return byte == COMMA || byte == CLOSE_OBJECT || byte == CLOSE_ARRAY || isBlank(byte);
}

/** Whether that is a number without its sign, which begins and ends with a digit. */
function isNumber(at: usize, end: usize): bool {
  at = load<u8>(at) == ZERO ? at + 1 : digitsEnd(at, end);
  if (at < end && load<u8>(at) == POINT) {
    if (!isDigit(load<u8>(at + 1))) return false;
    at = digitsEnd(at + 1, end);
  }
  if (at < end && (load<u8>(at) | 0x20) == LETTER_E) {
    const sign = load<u8>(++at);
    if (sign == PLUS || sign == MINUS) at++;
    at = digitsEnd(at, end);
  }
  return at == end;
}

// @ts-ignore: decorator
@inline
function digitsEnd(at: usize, end: usize): usize {
  while (at < end && isDigit(load<u8>(at))) at++;
  return at;
}

function isWord(at: usize, word: u32, bytes: usize, to: usize): usize {
  const end = at + bytes;
  return end <= to && load<u32>(at) == word ? end : 0;
}

// @ts-ignore: decorator
@inline
function isDigit(byte: u8): bool {
  return <u32>byte - 0x30 <= 9;
}

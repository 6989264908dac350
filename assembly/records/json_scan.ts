// Passes over JSON. What is passed over is looked at for its quotes and brackets, not for more.

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const OPEN_ARRAY: u8 = 0x5b;
const OPEN_OBJECT: u8 = 0x7b;
const CLOSE_OBJECT: u8 = 0x7d;
/** Makes a square bracket a curly one. */
const CURLY: u8 = 0x20;

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

/** The first quote or backslash at or behind an address; `to` or more if there is none. */
// @ts-ignore: decorator
@inline
export function findStringEnd(at: usize, to: usize): usize {
  for (; at < to; at += 16) {
    const bytes = v128.load(at);
    const bits = i8x16.bitmask(v128.or(
      i8x16.eq(bytes, i8x16.splat(<i8>QUOTE)),
      i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH)),
    ));
    if (bits != 0) return at + ctz(bits);
  }
  return at;
}

/** Passes over a value; 0 if it is none. */
export function skipValue(at: usize, to: usize): usize {
  if (at >= to) return 0;
  const byte = load<u8>(at);
  if (byte == QUOTE) return skipString(at + 1, to);
  if (byte == OPEN_OBJECT || byte == OPEN_ARRAY) return skipRest(at + 1, to);
  return skipWord(at, byte, to);
}

/** Passes over the rest of a string. */
function skipString(at: usize, to: usize): usize {
  while (true) {
    at = findStringEnd(at, to);
    if (at >= to) return 0;
    if (load<u8>(at) == QUOTE) return at + 1;
    at += 2;
  }
}

/** Passes over the rest of an object or an array, from one quote or bracket to the next. */
export function skipRest(at: usize, to: usize): usize {
  let depth: i32 = 1;
  while (at < to) {
    const bytes = v128.load(at);
    const curly = v128.or(bytes, i8x16.splat(<i8>CURLY));
    let bits = i8x16.bitmask(v128.or(
      i8x16.eq(bytes, i8x16.splat(<i8>QUOTE)),
      v128.or(i8x16.eq(curly, i8x16.splat(<i8>OPEN_OBJECT)), i8x16.eq(curly, i8x16.splat(<i8>CLOSE_OBJECT))),
    ));
    let next = at + 16;
    for (; bits != 0; bits &= bits - 1) {
      const place = at + ctz(bits);
      if (place >= to) return 0;
      const byte = load<u8>(place);
      if (byte == QUOTE) {
        next = skipString(place + 1, to);
        if (next == 0) return 0;
        break;
      }
      if ((byte | CURLY) == OPEN_OBJECT) depth++;
      else if (--depth == 0) return place + 1;
    }
    at = next;
  }
  return 0;
}

/** Passes over a number, or true, false or null. */
function skipWord(at: usize, first: u8, to: usize): usize {
  if (first == 0x74) return isWord(at, 0x65757274, 4, to); // true
  if (first == 0x6e) return isWord(at, 0x6c6c756e, 4, to); // null
  if (first == 0x66) return isWord(at + 1, 0x65736c61, 4, to); // false, behind its f
  const start = at;
  while (at < to && isOfNumber(load<u8>(at))) at++;
  // A number begins with a digit, or a minus and one, and ends with a digit.
  const digit = load<u8>(start) == 0x2d ? start + 1 : start;
  return digit < at && isDigit(load<u8>(digit)) && isDigit(load<u8>(at - 1)) ? at : 0;
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

/** A digit, a sign, a point or an e. */
// @ts-ignore: decorator
@inline
function isOfNumber(byte: u8): bool {
  return isDigit(byte) || byte == 0x2d || byte == 0x2b || byte == 0x2e || (byte | CURLY) == 0x65;
}

import { setSideEnd, sideEnd } from "./quotes";

// Strings of JSON without their escapes, at the side.

const BACKSLASH: u8 = 0x5c;
const REPLACEMENT: u32 = 0xfffd;

/** Where the text ends that unescape has written. */
export let unescapedEnd: usize = 0;

/** The first backslash at or behind an address; `end` or more if there is none. */
export function findEscape(at: usize, end: usize): usize {
  const backslash = i8x16.splat(<i8>BACKSLASH);
  for (; at < end; at += 16) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(at), backslash));
    if (bits != 0) return at + ctz(bits);
  }
  return at;
}

/** Whether a string has a byte below a space, which JSON wants escaped (RFC 8259, 7). */
// @ts-ignore: decorator
@inline
export function hasControl(at: usize, end: usize): bool {
  const last = i8x16.splat(0x1f);
  for (; at < end; at += 16) {
    const bits = i8x16.bitmask(i8x16.le_u(v128.load(at), last));
    if (bits != 0) return at + ctz(bits) < end;
  }
  return false;
}

/**
 * Writes what stands between the quotes of a string; returns where, or 0 if an escape is none. Halves
 * of pairs that stand alone become U+FFFD.
 */
export function unescape(at: usize, end: usize): usize {
  const start = sideEnd;
  let to = start;
  while (at < end) {
    const byte = load<u8>(at++);
    if (byte != BACKSLASH) {
      store<u8>(to++, byte);
      continue;
    }
    if (at == end) return 0;
    const letter: u32 = load<u8>(at++);
    if (letter != 0x75) { // u
      const plain = plainEscape(letter);
      if (plain == 0) return 0;
      store<u8>(to++, <u8>plain);
      continue;
    }
    let point = readHex(at, end);
    if (point < 0) return 0;
    at += 4;
    if ((point & 0xfc00) == 0xd800 && at + 6 <= end && load<u16>(at) == 0x755c) { // \u
      const second = readHex(at + 2, end);
      if (second < 0) return 0;
      if ((second & 0xfc00) == 0xdc00) {
        point = 0x10000 + ((point & 0x3ff) << 10 | second & 0x3ff);
        at += 6;
      }
    }
    to = writePoint(to, (point & ~0x7ff) == 0xd800 ? REPLACEMENT : <u32>point);
  }
  setSideEnd(to);
  unescapedEnd = to;
  return start;
}

/** What a letter behind a backslash stands for; 0 if for nothing. */
function plainEscape(letter: u32): u32 {
  if (letter == 0x22 || letter == 0x5c || letter == 0x2f) return letter;
  if (letter == 0x6e) return 0x0a;
  if (letter == 0x74) return 0x09;
  if (letter == 0x72) return 0x0d;
  if (letter == 0x62) return 0x08;
  return letter == 0x66 ? 0x0c : 0;
}

/** Four hexadecimal digits; -1 if they are none. */
function readHex(at: usize, end: usize): i32 {
  if (at + 4 > end) return -1;
  let value: i32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const byte: u32 = load<u8>(at + i);
    const letter = (byte | 0x20) - 0x61;
    if (byte - 0x30 <= 9) value = value << 4 | <i32>(byte - 0x30);
    else if (letter <= 5) value = value << 4 | <i32>(letter + 10);
    else return -1;
  }
  return value;
}

function writePoint(to: usize, point: u32): usize {
  if (point < 0x80) {
    store<u8>(to, <u8>point);
    return to + 1;
  }
  if (point < 0x800) {
    store<u8>(to, <u8>(0xc0 | point >> 6));
    store<u8>(to, <u8>(0x80 | point & 0x3f), 1);
    return to + 2;
  }
  if (point < 0x10000) {
    store<u8>(to, <u8>(0xe0 | point >> 12));
    store<u8>(to, <u8>(0x80 | point >> 6 & 0x3f), 1);
    store<u8>(to, <u8>(0x80 | point & 0x3f), 2);
    return to + 3;
  }
  store<u8>(to, <u8>(0xf0 | point >> 18));
  store<u8>(to, <u8>(0x80 | point >> 12 & 0x3f), 1);
  store<u8>(to, <u8>(0x80 | point >> 6 & 0x3f), 2);
  store<u8>(to, <u8>(0x80 | point & 0x3f), 3);
  return to + 4;
}

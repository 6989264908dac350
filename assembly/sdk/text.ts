// UTF-8 to strings and back. Most text is ASCII, which SIMD takes 16 or 8 characters at a time; of
// what is beyond ASCII, one character after the other is taken.

import { sequenceLength } from "../blocks/utf8";
import { ARENA } from "./build";

const REPLACEMENT: u32 = 0xfffd;
/** Bytes that decode may write behind a text. */
const BEYOND: usize = 32;

/**
 * The text of some bytes; what is no UTF-8 is cut into maximal subparts, of which each becomes
 * U+FFFD, as everywhere in Millrace. Reads up to 15 bytes beyond.
 */
export function decode(from: usize, bytes: i32): string {
  if (bytes <= 0) return "";
  const end = from + <usize>bytes;
  const text = __new((<usize>bytes << 1) + BEYOND, idof<String>()); // a byte makes one unit at most
  let out = text;
  let at = from;
  while (at < end) {
    const block = v128.load(at);
    v128.store(out, i16x8.extend_low_i8x16_u(block));
    v128.store(out, i16x8.extend_high_i8x16_u(block), 16);
    const ascii = min<usize>(ctz(i8x16.bitmask(block) | 0x10000), end - at);
    at += ascii;
    out += ascii << 1;
    if (ascii == 16 || at == end) continue;
    const length = sequenceLength(at, end);
    out = putCharacter(out, length < 0 ? REPLACEMENT : characterAt(at, length));
    at += <usize>abs(length);
  }
  return changetype<string>(__renew(text, out - text));
}

/** The code point of a sequence of 2 to 4 bytes. */
// @ts-ignore: decorator
@inline
function characterAt(at: usize, length: i32): u32 {
  const lead: u32 = load<u8>(at), second: u32 = load<u8>(at, 1) & 0x3f;
  if (length == 2) return (lead & 0x1f) << 6 | second;
  const third: u32 = load<u8>(at, 2) & 0x3f;
  if (length == 3) return (lead & 0x0f) << 12 | second << 6 | third;
  return (lead & 0x07) << 18 | second << 12 | third << 6 | <u32>(load<u8>(at, 3) & 0x3f);
}

/** Writes a character in one unit or two; returns the address behind. */
// @ts-ignore: decorator
@inline
export function putCharacter(out: usize, character: u32): usize {
  if (character < 0x10000) {
    store<u16>(out, character);
    return out + 2;
  }
  store<u16>(out, 0xd7c0 + (character >>> 10));
  store<u16>(out, 0xdc00 | (character & 0x3ff), 2);
  return out + 4;
}

/** Most bytes that a text can take. */
// @ts-ignore: decorator
@inline
export function mostBytes(text: string): i32 {
  return text.length * 3;
}

/** For swizzle: moves the last bytes of 16 to the front, and zeroes behind them. */
const MOVES = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
], 16);

/** The last units of a string, fewer than 8, and zeroes behind them. Its header stands before it. */
// @ts-ignore: decorator
@inline
function lastUnits(end: usize, bytes: usize): v128 {
  return i8x16.swizzle(v128.load(end - 16), v128.load(MOVES + 16 - bytes));
}

/**
 * Writes a text as UTF-8 to `out`, which has room for mostBytes and 8 bytes more. A half of a
 * surrogate pair becomes U+FFFD. Returns the bytes written.
 */
export function encodeTo(text: string, out: usize): i32 {
  const from = out;
  const end = changetype<usize>(text) + (<usize>text.length << 1);
  const lastAscii = i16x8.splat(0x7f);
  for (let at = changetype<usize>(text); at < end;) {
    const left = end - at;
    const units = left < 16 ? lastUnits(end, left) : v128.load(at);
    v128.store64_lane(out, i8x16.narrow_i16x8_u(units, units), 0);
    const wide = i16x8.bitmask(i16x8.gt_u(units, lastAscii));
    const ascii = min<usize>(ctz(wide | 0x100), left >>> 1);
    at += ascii << 1;
    out += ascii;
    if (wide == 0) continue;
    const character = codePointAt(at, end);
    at += character < 0x10000 ? 2 : 4;
    out = putSequence(out, character);
  }
  return <i32>(out - from);
}

/** The code point that a unit beyond ASCII begins; U+FFFD for half a surrogate pair. */
// @ts-ignore: decorator
@inline
function codePointAt(at: usize, end: usize): u32 {
  const unit: u32 = load<u16>(at);
  if ((unit & 0xf800) != 0xd800) return unit;
  if (unit >= 0xdc00 || at + 2 == end) return REPLACEMENT;
  const second: u32 = load<u16>(at, 2);
  if ((second & 0xfc00) != 0xdc00) return REPLACEMENT;
  return 0x10000 + ((unit & 0x3ff) << 10 | (second & 0x3ff));
}

/** Writes the UTF-8 of a character beyond ASCII; returns the address behind. */
// @ts-ignore: decorator
@inline
function putSequence(out: usize, character: u32): usize {
  const last = 0x80 | (character & 0x3f);
  if (character < 0x800) {
    store<u8>(out, 0xc0 | (character >>> 6));
    store<u8>(out, last, 1);
    return out + 2;
  }
  const third = 0x80 | ((character >>> 6) & 0x3f);
  if (character < 0x10000) {
    store<u8>(out, 0xe0 | (character >>> 12));
    store<u8>(out, third, 1);
    store<u8>(out, last, 2);
    return out + 3;
  }
  store<u8>(out, 0xf0 | (character >>> 18));
  store<u8>(out, 0x80 | ((character >>> 12) & 0x3f), 1);
  store<u8>(out, third, 2);
  store<u8>(out, last, 3);
  return out + 4;
}

/**
 * Copies units to a string that was made last. In an arena, up to 15 bytes beyond both are touched.
 */
// @ts-ignore: decorator
@inline
export function copyUnits(to: usize, from: usize, bytes: usize): void {
  if (ARENA) {
    v128.store(to, v128.load(from)); // most pieces need no loop
    for (let i: usize = 16; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
  } else {
    memory.copy(to, from, bytes);
  }
}

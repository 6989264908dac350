// UTF-8 to strings and back. Most text is ASCII, which SIMD takes 16 or 8 characters at a time.

import { sequenceLength } from "../blocks/utf8";

const REPLACEMENT: u16 = 0xfffd;

// @ts-ignore: decorator
@inline
function allocateString(units: i32): usize {
  return __new(<usize>units << 1, idof<String>());
}

/** The text of some bytes; what is no UTF-8 becomes U+FFFD. */
export function decode(at: usize, bytes: i32): string {
  if (bytes <= 0) return "";
  if (!isAscii(at, bytes)) return decodeWide(at, at + <usize>bytes);
  const text = allocateString(bytes);
  let out = text;
  const end = at + <usize>bytes;
  for (; end - at >= 8; at += 8, out += 16) v128.store(out, v128.load_ext<u8>(at));
  for (; at < end; at++, out += 2) store<u16>(out, load<u8>(at));
  return changetype<string>(text);
}

/**
 * The library's decoder takes bytes for a sequence that are none, so it gets UTF-8 only. What is none
 * is cut into maximal subparts, of which each becomes U+FFFD, as everywhere in Millrace.
 */
function decodeWide(from: usize, end: usize): string {
  const valid = validEnd(from, end);
  if (valid == end) return String.UTF8.decodeUnsafe(from, <i32>(end - from));
  const text = allocateString(<i32>(end - from)); // a byte makes one unit at most
  let out = text;
  let at = from;
  for (let stop = valid; ; stop = validEnd(at, end)) {
    if (stop > at) {
      const part = String.UTF8.decodeUnsafe(at, <i32>(stop - at));
      const bytes = <usize>part.length << 1;
      memory.copy(out, changetype<usize>(part), bytes);
      out += bytes;
    }
    if (stop == end) break;
    store<u16>(out, REPLACEMENT);
    out += 2;
    at = stop + <usize>-sequenceLength(stop, end);
  }
  return changetype<string>(text).substring(0, <i32>((out - text) >>> 1));
}

/** Where the sequences end that are UTF-8. */
function validEnd(at: usize, end: usize): usize {
  while (at < end) {
    const length = sequenceLength(at, end);
    if (length < 0) break;
    at += length;
  }
  return at;
}

function isAscii(at: usize, bytes: i32): bool {
  const end = at + <usize>bytes;
  for (; end - at >= 16; at += 16) if (i8x16.bitmask(v128.load(at)) != 0) return false;
  for (; at < end; at++) if (load<u8>(at) >= 0x80) return false;
  return true;
}

/** Most bytes that a text can take. */
// @ts-ignore: decorator
@inline
export function mostBytes(text: string): i32 {
  return text.length * 3;
}

/**
 * Writes a text as UTF-8 to `out`, which has room for mostBytes. A half of a surrogate pair becomes
 * U+FFFD. Returns the bytes written.
 */
export function encodeTo(text: string, out: usize): i32 {
  const from = out;
  let at = changetype<usize>(text);
  const end = at + (<usize>text.length << 1);
  const beyond = i16x8.splat(<i16>0xff80);
  for (; end - at >= 16; at += 16, out += 8) {
    const units = v128.load(at);
    if (v128.any_true(v128.and(units, beyond))) break;
    v128.store64_lane(out, i8x16.narrow_i16x8_u(units, units), 0);
  }
  for (; at < end; at += 2, out++) {
    const unit = load<u16>(at);
    if (unit >= 0x80) break;
    store<u8>(out, unit);
  }
  if (at < end) {
    const left = <i32>((end - at) >>> 1);
    out += String.UTF8.encodeUnsafe(at, left, out, false, String.UTF8.ErrorMode.REPLACE);
  }
  return <i32>(out - from);
}

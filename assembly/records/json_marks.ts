import { prefixXor, QUOTE } from "./marks";
import { structure } from "./regions";

// Marks a record of JSON, as three words for each 64 bytes of it: a bit for each quote that no backslash
// escapes, for each bracket that opens outside of strings, and for each one that closes there. So values are
// passed over without a look at what they consist of.

/** The three words, and one that nobody reads. */
const MARK_BYTES: usize = 32;
const MARK_SHIFT: u32 = 5;
const OPENS: usize = 8;
const CLOSES: usize = 16;

const BACKSLASH = memory.data<u8>([0x5c], 1);
const OPEN_OBJECT = memory.data<u8>([0x7b], 1);
const CLOSE_OBJECT = memory.data<u8>([0x7d], 1);
/** Makes a square bracket a curly one. */
const CURLY = memory.data<u8>([0x20], 1);

/** Where the record in hand begins. */
let first: usize = 0;
/** Whether a backslash stands in it. */
export let hasEscapes: bool = false;
/** Whether one escapes the first byte of the next block. */
let escapesNext: bool = false;

export function markJson(from: usize, to: usize): void {
  const quote = v128.load_splat<u8>(QUOTE), backslash = v128.load_splat<u8>(BACKSLASH);
  const open = v128.load_splat<u8>(OPEN_OBJECT), close = v128.load_splat<u8>(CLOSE_OBJECT);
  const curly = v128.load_splat<u8>(CURLY);
  first = from;
  hasEscapes = escapesNext = false;
  let out = structure;
  let inside: u64 = 0;
  for (let at = from; at < to; at += 64) {
    let a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    let quotes = bitsOf(a, b, c, d, quote);
    const slashA = v128.or(i8x16.eq(a, backslash), i8x16.eq(b, backslash));
    const slashC = v128.or(i8x16.eq(c, backslash), i8x16.eq(d, backslash));
    if (v128.any_true(v128.or(slashA, slashC)) || escapesNext) {
      quotes = withoutEscaped(quotes, bitsOf(a, b, c, d, backslash), inside != 0);
    }
    const left = to - at;
    const record: u64 = left < 64 ? ((<u64>1) << <u64>left) - 1 : -1;
    const strings = prefixXor(quotes) ^ inside;
    inside = <u64>(<i64>strings >> 63);
    const outside = record & ~strings;
    a = v128.or(a, curly), b = v128.or(b, curly), c = v128.or(c, curly), d = v128.or(d, curly);
    store<u64>(out, quotes & record);
    store<u64>(out, bitsOf(a, b, c, d, open) & outside, OPENS);
    store<u64>(out, bitsOf(a, b, c, d, close) & outside, CLOSES);
    out += MARK_BYTES;
  }
  store<u64>(out, -1); // who looks for a quote finds one behind the record
}

/** Quotes but those that a backslash escapes, which it does in strings alone. */
function withoutEscaped(quotes: u64, slashes: u64, isInside: bool): u64 {
  hasEscapes = true;
  if (escapesNext) {
    quotes &= ~1;
    slashes &= ~1;
    escapesNext = false;
  }
  let bits = quotes | slashes;
  while (bits != 0) {
    const bit = bits & (0 - bits);
    bits ^= bit;
    if ((quotes & bit) != 0) isInside = !isInside;
    else if (isInside) {
      escapesNext = bit << 1 == 0;
      bits &= ~(bit << 1);
      quotes &= ~(bit << 1);
    }
  }
  return quotes;
}

/** The first quote at or behind an address in the record; behind its end if there is none. */
// @ts-ignore: decorator
@inline
export function nextQuote(at: usize): usize {
  const offset = at - first;
  let mark = structure + (offset >>> 6 << MARK_SHIFT);
  let base = at - (offset & 63);
  let bits = load<u64>(mark) & <u64>-1 << (<u64>offset & 63);
  while (bits == 0) {
    mark += MARK_BYTES;
    base += 64;
    bits = load<u64>(mark);
  }
  return base + <usize>ctz(bits);
}

/** Passes over the rest of an object or an array; 0 if it does not end before `to`. */
export function skipRest(at: usize, to: usize): usize {
  const offset = at - first;
  let mark = structure + (offset >>> 6 << MARK_SHIFT);
  let seen = <u64>-1 << (<u64>offset & 63);
  let depth: u64 = 1;
  for (let base = at - (offset & 63); base < to; base += 64) {
    const opens = load<u64>(mark, OPENS) & seen;
    const all = load<u64>(mark, CLOSES) & seen;
    const closed = popcnt(all);
    if (closed >= depth) {
      let left = depth;
      for (let closes = all; closes != 0; closes &= closes - 1) {
        const bit = closes & (0 - closes);
        if (popcnt(opens & (bit - 1)) + --left == 0) return base + <usize>ctz(bit) + 1;
      }
    }
    depth += popcnt(opens) - closed;
    mark += MARK_BYTES;
    seen = -1;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function bitsOf(a: v128, b: v128, c: v128, d: v128, wanted: v128): u64 {
  return <u64><u32>i8x16.bitmask(i8x16.eq(a, wanted)) | <u64><u32>i8x16.bitmask(i8x16.eq(b, wanted)) << 16 |
    <u64><u32>i8x16.bitmask(i8x16.eq(c, wanted)) << 32 | <u64><u32>i8x16.bitmask(i8x16.eq(d, wanted)) << 48;
}

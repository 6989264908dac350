import { findNul, LETTERS, lowerLetters, STEP, TO_LETTER, writeEdges } from "./edges_simd";
import { setScanHasNul, setScanNext } from "./scan_state";
import { wideSpaceLength } from "./spaces";

// 64 bytes at a time:
//
//   words = a bit for each byte that is no ASCII whitespace
//   if the block holds a byte above 0x7f: words &= ~(bits of wider whitespace characters)
//   edges = words ^ (words << 1 | was a word open before the block)
//   append the offsets of the one bits of edges to the list
//
// If a whitespace character reaches into the next block, its bits there are kept in `spill`.

/** Bits in the next block of a whitespace character that began in this one; wideSpaces sets it. */
let spill: u64 = 0;

// For asciiSpaces. Adding 0x77 moves U+0009 to U+000D to 0x80 to 0x84, the low end of all signed
// bytes, and adding 0x64 moves U+001C to U+0020 there; 0x85 is the first byte that is not below the
// five. The vectors are loaded once, since V8 builds a vector constant again at every use.
const CONSTANTS = memory.data<u8>([
  0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77,
  0x64, 0x64, 0x64, 0x64, 0x64, 0x64, 0x64, 0x64, 0x64, 0x64, 0x64, 0x64, 0x64, 0x64, 0x64, 0x64,
  0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85,
], 16);

/** Bytes of the first two of wider whitespace characters: 80, C2, 85, A0, E1, 9A, E2, 81, E3. */
const WIDE = memory.data<u8>([
  0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
  0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2,
  0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85,
  0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0,
  0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1,
  0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a,
  0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2,
  0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81,
  0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3,
], 16);

/** A bit for each byte of U+0009-000D or U+001C-0020. */
// @ts-ignore: decorator
@inline
function asciiSpaces(bytes: v128, from09: v128, from1c: v128, five: v128): u64 {
  const controls = i8x16.lt_s(i8x16.add(bytes, from09), five);
  const others = i8x16.lt_s(i8x16.add(bytes, from1c), five);
  return <u64><u32>i8x16.bitmask(v128.or(controls, others));
}

/** Lists the words of a sub-block; see scan.ts. */
export function scanWhitespaceSimd(from: usize, to: usize, end: usize, list: usize, foldBit: u32): usize {
  const from09 = v128.load(CONSTANTS), from1c = v128.load(CONSTANTS, 16);
  const five = v128.load(CONSTANTS, 32), toLetter = v128.load(TO_LETTER);
  const letters = v128.load(LETTERS), step = v128.load(STEP);
  const foldBits = i8x16.splat(<i8>foldBit);
  let least = i8x16.splat(-1);
  let hasNul = false;
  let open: u64 = 0; // 1 while a word is open
  let out = list;
  spill = 0;
  for (let at = from; at < to; at += 64) {
    const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    v128.store(at, lowerLetters(a, foldBits, toLetter, letters));
    v128.store(at, lowerLetters(b, foldBits, toLetter, letters), 16);
    v128.store(at, lowerLetters(c, foldBits, toLetter, letters), 32);
    v128.store(at, lowerLetters(d, foldBits, toLetter, letters), 48);
    let words = ~(asciiSpaces(a, from09, from1c, five) |
      (asciiSpaces(b, from09, from1c, five) << 16) |
      (asciiSpaces(c, from09, from1c, five) << 32) |
      (asciiSpaces(d, from09, from1c, five) << 48));
    if (i8x16.bitmask(v128.or(v128.or(a, b), v128.or(c, d))) != 0) words &= ~wideSpaces(at);
    if (to - at >= 64) {
      least = i8x16.min_u(least, i8x16.min_u(i8x16.min_u(a, b), i8x16.min_u(c, d)));
    } else { // the text's last block: the padding behind the text is no part of a word
      words &= ((<u64>1) << (to - at)) - 1;
      hasNul = findNul(at, to);
    }
    out = writeEdges(words ^ ((words << 1) | open), <u32>(at - from), step, out);
    open = words >>> 63;
  }
  setScanHasNul(hasNul || !i8x16.all_true(least));
  // The list has an odd number of edges when a word is open at `to`.
  if (((out - list) & 2) == 0) {
    setScanNext(to + <usize>popcnt(spill));
  } else if (to < end) {
    out -= 2;
    setScanNext(from + load<u16>(out));
  } else {
    store<u16>(out, <u16>(to - from));
    out += 2;
    setScanNext(to);
  }
  return out;
}

/** A bit for each byte at which, by the first two bytes, a wider whitespace character may start. */
// @ts-ignore: decorator
@inline
function candidates(first: v128, second: v128): u64 {
  const is80 = i8x16.eq(second, v128.load(WIDE));
  const c2 = v128.and(
    i8x16.eq(first, v128.load(WIDE, 16)),
    v128.or(i8x16.eq(second, v128.load(WIDE, 32)), i8x16.eq(second, v128.load(WIDE, 48))),
  );
  const e1 = v128.and(i8x16.eq(first, v128.load(WIDE, 64)), i8x16.eq(second, v128.load(WIDE, 80)));
  const e2 = v128.and(
    i8x16.eq(first, v128.load(WIDE, 96)),
    v128.or(is80, i8x16.eq(second, v128.load(WIDE, 112))),
  );
  const e3 = v128.and(i8x16.eq(first, v128.load(WIDE, 128)), is80);
  return <u64><u32>i8x16.bitmask(v128.or(v128.or(c2, e1), v128.or(e2, e3)));
}

/** Bits of the whitespace characters of more than one byte in the block at `at`. */
function wideSpaces(at: usize): u64 {
  let spaces = spill;
  spill = 0;
  let left = candidates(v128.load(at), v128.load(at, 1)) |
    (candidates(v128.load(at, 16), v128.load(at, 17)) << 16) |
    (candidates(v128.load(at, 32), v128.load(at, 33)) << 32) |
    (candidates(v128.load(at, 48), v128.load(at, 49)) << 48);
  while (left) {
    const bit = <u32>ctz(left);
    left &= left - 1;
    const length = wideSpaceLength(at + bit);
    spaces |= (((<u64>1) << length) - 1) << bit;
    if (bit + length > 64) spill = ((<u64>1) << (bit + length - 64)) - 1;
  }
  return spaces;
}

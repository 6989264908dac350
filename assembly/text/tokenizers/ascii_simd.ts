import { STEP, writeEdges } from "../../blocks/edges_simd";
import { BIT_POSITIONS } from "../../memory/masks";
import { digitMask, letterMask } from "./letter_masks_simd";
import { setScanHasNul, setScanNext } from "./scan_state";

// Words of ASCII letters, digits and inner apostrophes, 64 bytes at a time:
//
//   plain = letters and digits, a bit per byte
//   word  = plain | apostrophes & (plain << 1) & (plain >>> 1)
//   edges = word ^ (word << 1)                       starts and ends, in turn
//
// edges_simd.ts turns the edges into the list.
//
// The constants are loaded once per call, since V8 rebuilds a v128.const wherever it is used.

// CASE, TO_LETTER, LETTERS, TO_DIGIT and DIGITS, derived in letter_masks_simd.ts; the apostrophe.
const CONSTANTS: usize = memory.data<u8>([
  0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
  0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f,
  0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a,
  0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50,
  0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a,
  0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27,
], 16);

/** Pass 0 of the `ascii` tokenizer; see scan.ts. */
export function scanAsciiSimd(from: usize, to: usize, end: usize, list: usize, foldBit: u32): usize {
  const caseBit = v128.load(CONSTANTS);
  const toLetter = v128.load(CONSTANTS, 16), letters = v128.load(CONSTANTS, 32);
  const toDigit = v128.load(CONSTANTS, 48), digits = v128.load(CONSTANTS, 64);
  const apostrophe = v128.load(CONSTANTS, 80), step = v128.load(STEP);
  const fold = i8x16.splat(<i8>foldBit);
  let out = list;
  let plainBefore: u64 = 0;
  let wordBefore: u64 = 0;
  for (let at = from; at < to; at += 64) {
    const v0 = v128.load(at), v1 = v128.load(at, 16), v2 = v128.load(at, 32), v3 = v128.load(at, 48);
    const l0 = letterMask(v0, caseBit, toLetter, letters);
    const l1 = letterMask(v1, caseBit, toLetter, letters);
    const l2 = letterMask(v2, caseBit, toLetter, letters);
    const l3 = letterMask(v3, caseBit, toLetter, letters);
    v128.store(at, v128.or(v0, v128.and(l0, fold)));
    v128.store(at, v128.or(v1, v128.and(l1, fold)), 16);
    v128.store(at, v128.or(v2, v128.and(l2, fold)), 32);
    v128.store(at, v128.or(v3, v128.and(l3, fold)), 48);
    const plain = gather(
      v128.or(l0, digitMask(v0, toDigit, digits)),
      v128.or(l1, digitMask(v1, toDigit, digits)),
      v128.or(l2, digitMask(v2, toDigit, digits)),
      v128.or(l3, digitMask(v3, toDigit, digits)),
    );
    const m0 = i8x16.eq(v0, apostrophe), m1 = i8x16.eq(v1, apostrophe);
    const m2 = i8x16.eq(v2, apostrophe), m3 = i8x16.eq(v3, apostrophe);
    let word = plain;
    if (v128.any_true(v128.or(v128.or(m0, m1), v128.or(m2, m3)))) {
      word |= innerMarks(gather(m0, m1, m2, m3), plain, plainBefore, at);
    }
    const edges = word ^ ((word << 1) | wordBefore);
    plainBefore = plain >>> 63;
    wordBefore = word >>> 63;
    out = writeEdges(edges, <u32>(at - from), step, BIT_POSITIONS, out);
  }
  setScanHasNul(false);
  return closeList(from, to, end, out);
}

/** The apostrophes that have a letter or digit on both sides. */
// @ts-ignore: decorator
@inline
function innerMarks(marks: u64, plain: u64, plainBefore: u64, at: usize): u64 {
  let plainAfter = plain >>> 1;
  if (<i64>marks < 0) plainAfter |= <u64>isPlain(load<u8>(at, 64)) << 63;
  return marks & ((plain << 1) | plainBefore) & plainAfter;
}

// @ts-ignore: decorator
@inline
function gather(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = <u32>i8x16.bitmask(a) | (<u32>i8x16.bitmask(b) << 16);
  const high = <u32>i8x16.bitmask(c) | (<u32>i8x16.bitmask(d) << 16);
  return <u64>low | (<u64>high << 32);
}

// @ts-ignore: decorator
@inline
function isPlain(byte: u32): bool {
  return ((byte | 0x20) - 0x61 <= 25) | (byte - 0x30 <= 9);
}

/** Takes back the start of a word that is open at `to`: the next sub-block begins with it. */
// @ts-ignore: decorator
@inline
function closeList(from: usize, to: usize, end: usize, out: usize): usize {
  if ((out & 2) == 0) {
    setScanNext(to);
    return out;
  }
  out -= 2;
  if (to < end) {
    setScanNext(from + load<u16>(out));
    return out;
  }
  // Only a text of a multiple of 64 bytes ends within the last block's word.
  store<u16>(out, <u16>(to - from), 2);
  setScanNext(to);
  return out + 4;
}

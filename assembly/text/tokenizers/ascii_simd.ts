import { STEP, writeEdges } from "./edges_simd";
import { setScanHasNul, setScanNext } from "./scan_state";

// Words of ASCII letters, digits and inner apostrophes, 64 bytes at a time:
//
//   plain = letters and digits, a bit per byte
//   word  = plain | apostrophes & (plain << 1) & (plain >>> 1)
//   edges = word ^ (word << 1)                       starts and ends, in turn
//
// edges_simd.ts turns the edges into the list.
//
// V8 rebuilds a v128.const wherever it is used: the constants are loaded once per call.

const CONSTANTS: usize = memory.data<u8>([
  0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
  0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f,
  0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a,
  0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50,
  0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a,
  0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27,
], 16);

/** All ones where a byte is a letter: "a"…"z" + 0x1f are the least signed bytes. */
// @ts-ignore: decorator
@inline
function letters(bytes: v128, bit5: v128, toLeast: v128, bound: v128): v128 {
  return i8x16.lt_s(i8x16.add(v128.or(bytes, bit5), toLeast), bound);
}

/** Pass 0 of the `ascii` tokenizer; see scan.ts. */
export function scanAsciiSimd(from: usize, to: usize, end: usize, list: usize, foldBit: u32): usize {
  const bit5 = v128.load(CONSTANTS);
  const toLeast = v128.load(CONSTANTS, 16), letterBound = v128.load(CONSTANTS, 32);
  const digitToLeast = v128.load(CONSTANTS, 48), digitBound = v128.load(CONSTANTS, 64);
  const apostrophe = v128.load(CONSTANTS, 80), step = v128.load(STEP);
  const fold = i8x16.splat(<i8>foldBit);
  let out = list;
  let plainBefore: u64 = 0;
  let wordBefore: u64 = 0;
  for (let at = from; at < to; at += 64) {
    const v0 = v128.load(at), v1 = v128.load(at, 16), v2 = v128.load(at, 32), v3 = v128.load(at, 48);
    const l0 = letters(v0, bit5, toLeast, letterBound), l1 = letters(v1, bit5, toLeast, letterBound);
    const l2 = letters(v2, bit5, toLeast, letterBound), l3 = letters(v3, bit5, toLeast, letterBound);
    v128.store(at, v128.or(v0, v128.and(l0, fold)));
    v128.store(at, v128.or(v1, v128.and(l1, fold)), 16);
    v128.store(at, v128.or(v2, v128.and(l2, fold)), 32);
    v128.store(at, v128.or(v3, v128.and(l3, fold)), 48);
    const plain = gather(
      v128.or(l0, i8x16.lt_s(i8x16.add(v0, digitToLeast), digitBound)),
      v128.or(l1, i8x16.lt_s(i8x16.add(v1, digitToLeast), digitBound)),
      v128.or(l2, i8x16.lt_s(i8x16.add(v2, digitToLeast), digitBound)),
      v128.or(l3, i8x16.lt_s(i8x16.add(v3, digitToLeast), digitBound)),
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
    out = writeEdges(edges, <u32>(at - from), step, out);
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

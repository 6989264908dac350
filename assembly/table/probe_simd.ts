import { MEDIUM_BYTES, MEDIUM_MASKS_A, MEDIUM_MASKS_B, SHORT_MASKS } from "../memory/masks";

// How a word finds its slot without a branch, whether what stands there is a count or a state. A word
// stands in a list as in count.ts. One that is too long for a tier gets the zero key.

// ---- short tier ------------------------------------------------------------------------------------

/** 1 if the entry has the key: lanes 0 to 2 are equal, and what lane 3 holds for the key is not 0. */
// @ts-ignore: decorator
@inline
export function isEntryOf(entry: v128, key: v128): u32 {
  return <u32>(i32x4.bitmask(i32x4.eq(entry, key)) == 7);
}

// @ts-ignore: decorator
@inline
export function keyOf(word: u32, base: usize): v128 {
  const start = word & 0xffff;
  const length = (word >>> 16) - start;
  return v128.and(v128.load(base + start), v128.load(<usize>length << 4, SHORT_MASKS));
}

/** Byte offset of the key's home slot; `shift` is 60 - bits. */
// @ts-ignore: decorator
@inline
export function homeOf(key: v128, low: u64, high: u64, shift: u64): u32 {
  const hash = i64x2.extract_lane(key, 0) * low + <u64><u32>i32x4.extract_lane(key, 2) * high;
  return <u32>(hash >>> shift) & ~15;
}

// ---- medium tier -----------------------------------------------------------------------------------

/** Place of a word's masks among MEDIUM_MASKS_A and MEDIUM_MASKS_B. */
// @ts-ignore: decorator
@inline
export function mediumMaskOf(word: u32): u32 {
  return min<u32>((word >>> 16) - (word & 0xffff), MEDIUM_BYTES + 1) << 4;
}

/** The first 16 bytes of a word's key. */
// @ts-ignore: decorator
@inline
export function mediumKeyA(word: u32, base: usize, mask: u32): v128 {
  return v128.and(v128.load(base + (word & 0xffff)), v128.load(mask, MEDIUM_MASKS_A));
}

/** The others; the last lane, where the entry has its count or state, is 0. */
// @ts-ignore: decorator
@inline
export function mediumKeyB(word: u32, base: usize, mask: u32): v128 {
  return v128.and(v128.load(base + (word & 0xffff), 16), v128.load(mask, MEDIUM_MASKS_B));
}

/** Byte offset of the key's home slot; `shift` is 64 - bits. */
// @ts-ignore: decorator
@inline
export function mediumHomeOf(a: v128, b: v128, seedA: v128, seedB: v128, zero: u64, multiplier: u64, shift: u64): usize {
  const sumA = i32x4.add(a, seedA), sumB = i32x4.add(b, seedB);
  const products = i64x2.add(
    i64x2.extmul_low_i32x4_u(sumA, sumB),
    i64x2.extmul_high_i32x4_u(sumA, sumB),
  );
  const sum = i64x2.extract_lane(products, 0) + i64x2.extract_lane(products, 1);
  return <usize>(((sum - zero) * multiplier) >>> shift) << 5;
}

/** 1 if an entry of two halves has the key. */
// @ts-ignore: decorator
@inline
export function isMediumEntryOf(entryA: v128, entryB: v128, a: v128, b: v128): u32 {
  const equalA = i32x4.bitmask(i32x4.eq(entryA, a));
  const equalB = i32x4.bitmask(i32x4.eq(entryB, b));
  return <u32>((equalA | (equalB << 4)) == 0x7f);
}

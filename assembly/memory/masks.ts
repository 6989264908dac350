import { fillPositions } from "../blocks/edges_simd";


// Constant tables of the fast paths, at fixed addresses above asc's static data: an access to a
// constant address needs no bounds check. Each instance computes them when it is attached, since a
// data segment would carry their many zeroes. All instances store the same values, so it does no
// harm that one stores them while another reads them.

/** Most bytes of a sub-block, and so of a word in its list. */
export const SUB_BLOCK: u32 = 8192;
export const SHORT_BYTES: u32 = 12;
export const MEDIUM_BYTES: u32 = 28;

/** For writeEdges. */
export const BIT_POSITIONS: usize = 0x1f000;
/** 30 × 16: bytes 0 to 15 and 16 to 27 of a medium key of that length, else zero. */
export const MEDIUM_MASKS_A: usize = 0x1f800;
export const MEDIUM_MASKS_B: usize = 0x1fa00;
/**
 * (SUB_BLOCK + 1) × 16: a mask of the bytes of a short key of that length. Lengths beyond 12 have
 * zeroes, so that no word needs a test of its length; they take 128 KB of address space.
 */
export const SHORT_MASKS: usize = 0x1fe00;

export function prepareMasks(): void {
  if (__heap_base > BIT_POSITIONS) unreachable(); // static data has grown into the tables
  fillPositions(BIT_POSITIONS);
  for (let length: u32 = 1; length <= SHORT_BYTES; length++) {
    memory.fill(SHORT_MASKS + (length << 4), 0xff, length);
  }
  for (let length = SHORT_BYTES + 1; length <= MEDIUM_BYTES; length++) {
    memory.fill(MEDIUM_MASKS_A + (length << 4), 0xff, min<u32>(length, 16));
    memory.fill(MEDIUM_MASKS_B + (length << 4), 0xff, <usize>max<i32>(<i32>length - 16, 0));
  }
}

/** Ones in the low `bytes` bytes, of 0 to 8. */
// @ts-ignore: decorator
@inline
export function lowBytes(bytes: u32): u64 {
  return bytes == 0 ? 0 : <u64>-1 >>> (64 - (bytes << 3));
}

/** Bytes up to the last one that is not zero. */
// @ts-ignore: decorator
@inline
export function usedBytes(word: u64): u32 {
  return 8 - (<u32>clz<u64>(word) >>> 3);
}

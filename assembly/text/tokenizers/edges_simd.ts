import { BIT_POSITIONS } from "../../memory/masks";

// What the scanners that take blocks of 64 bytes share: above all, from masks to lists of words
// without a branch. A bit of `edges` is set where a word starts, and where one ends. The offsets of
// the set bits, in order, are the u16 pairs (start, end) of the list.

/**
 * The vector that writeEdges adds from each byte of a mask to the next. Load it once, keep it in a
 * local.
 */
export const STEP = memory.data<u16>([8, 8, 8, 8, 8, 8, 8, 8], 16);

// @ts-ignore: decorator
@inline
function writeByte(byte: u32, base: v128, out: usize): usize {
  v128.store(out, i16x8.add(v128.load_ext<u8>(BIT_POSITIONS + (byte << 3)), base));
  return out + (popcnt(byte) << 1);
}

/**
 * Writes the offsets of the one bits of `edges`, of which bit 0 has the offset `offset`, as u16.
 * Writes up to 16 bytes beyond the last. Returns the address behind the last.
 */
// @ts-ignore: decorator
@inline
export function writeEdges(edges: u64, offset: u32, step: v128, out: usize): usize {
  const low = <u32>edges;
  const high = <u32>(edges >>> 32);
  let base = i16x8.splat(<i16>offset);
  out = writeByte(low & 0xff, base, out);
  base = i16x8.add(base, step);
  out = writeByte((low >>> 8) & 0xff, base, out);
  base = i16x8.add(base, step);
  out = writeByte((low >>> 16) & 0xff, base, out);
  base = i16x8.add(base, step);
  out = writeByte(low >>> 24, base, out);
  base = i16x8.add(base, step);
  out = writeByte(high & 0xff, base, out);
  base = i16x8.add(base, step);
  out = writeByte((high >>> 8) & 0xff, base, out);
  base = i16x8.add(base, step);
  out = writeByte((high >>> 16) & 0xff, base, out);
  base = i16x8.add(base, step);
  return writeByte(high >>> 24, base, out);
}

/** For lowerLetters, to be loaded once like STEP; letter_masks_simd.ts derives them. */
export const TO_LETTER = memory.data<u8>([
  0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f,
], 16);
export const LETTERS = memory.data<u8>([
  0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a,
], 16);

/** Lower-cases ASCII letters: `foldBits` holds 0x20 in each byte, or 0 to leave them. */
// @ts-ignore: decorator
@inline
export function lowerLetters(bytes: v128, foldBits: v128, toLetter: v128, letters: v128): v128 {
  const folded = v128.or(bytes, foldBits);
  return v128.bitselect(folded, bytes, i8x16.lt_s(i8x16.add(folded, toLetter), letters));
}

/**
 * Whether a NUL byte is in [at, to). For a text's last block, which the zeroes behind the text fill
 * up.
 */
export function findNul(at: usize, to: usize): bool {
  for (; at < to; at++) if (load<u8>(at) == 0) return true;
  return false;
}

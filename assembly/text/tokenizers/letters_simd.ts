// What scanners that take blocks of 64 bytes do to letters, and to a text's last block.

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

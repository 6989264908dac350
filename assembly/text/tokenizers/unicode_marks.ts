// What the fast path of the tokenizer `unicode` must know of single bytes.

const KIND_LETTER: u32 = 1;
const KIND_DIGIT: u32 = 2;
export const KIND_WORD: u32 = KIND_LETTER | KIND_DIGIT;
/** A mark that joins letters (' . :) has the bit 4, one that joins digits (' , . ;) the bit 8. */
const MARK_SHIFT: u32 = 2;
export const KIND_HIGH: u32 = 16; // beyond ASCII
export const KIND_LOW_LINE: u32 = 32;

/** u8 for each byte: the bits above, so "'" and "." have 12, ":" has 4, "," and ";" have 8. */
// prettier-ignore
export const KINDS = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 8, 0, 12, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 4, 8, 0, 0, 0, 0,
  0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 32,
  0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0,
  16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
  16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
  16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
  16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
  16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
  16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
  16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
  16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
], 16);

/** What a byte beside a mark is; one beyond ASCII counts as a letter. */
// @ts-ignore: decorator
@inline
export function sideOf(byte: u32): u32 {
  return <u32>load<u8>(KINDS + byte) | byte >>> 7;
}

/**
 * The marks among `marked` that join: those of letters between letters, those of digits between
 * digits. No character beyond ASCII may stand beside them.
 */
export function joinMarks(p: usize, marked: u64): u64 {
  return joinBetween(p, marked, false);
}

/** The same beside characters beyond ASCII, which must be letters. */
export function joinWithLetters(p: usize, marked: u64): u64 {
  return joinBetween(p, marked, true);
}

// @ts-ignore: decorator
@inline
function joinBetween(p: usize, marked: u64, beyondAscii: bool): u64 {
  let joined: u64 = 0;
  while (marked) {
    const bit = ctz(marked);
    const q = p + <usize>bit;
    const left = load<u8>(q - 1), right = load<u8>(q + 1);
    const sides = beyondAscii
      ? sideOf(left) & sideOf(right)
      : <u32>load<u8>(KINDS + left) & <u32>load<u8>(KINDS + right);
    const mark = <u32>load<u8>(KINDS + load<u8>(q)) >> MARK_SHIFT;
    joined |= <u64>((sides & mark & KIND_WORD) != 0) << bit;
    marked &= marked - 1;
  }
  return joined;
}

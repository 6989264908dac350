// A key and another text as one key, so that equal pairs are counted as one, and apart again:
//
//   pair      key | text | 3 bytes: how many bytes the key has
//   register  key | 2 bytes: the register's number
//
// The last bytes carry 7 bits each, below a bit that is always set: no pair ends with NUL, since such
// keys are slow to find.

const BITS = 7;
const MASK = 0x7f;
const MARK = 0x80;

/** Bytes that a pair, or a register, has behind its texts. */
export const PAIR_SUFFIX_BYTES = 3;
export const REGISTER_SUFFIX_BYTES = 2;

/** Writes a number into the bytes before `end`. */
export function writeSuffix(bytes: Uint8Array, end: number, size: number, value: number): void {
  for (let i = size; i > 0; i--) bytes[end - i] = value >>> ((i - 1) * BITS) & MASK | MARK;
}

/** Reads the number in the bytes before `end`. */
export function readSuffix(bytes: Uint8Array, end: number, size: number): number {
  let value = 0;
  for (let i = size; i > 0; i--) value = value << BITS | bytes[end - i] & MASK;
  return value;
}

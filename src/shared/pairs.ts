// A key and something else as one key, so that equal pairs are counted as one, and apart again:
//
//   pair      key's bytes | key | text
//   register  key's bytes | key | 2 bytes: the register's number
//   value     key's bytes | key | 8 bytes: the value | 1 byte that is not NUL
//
// The number of the key's bytes stands first: so records in order have all that is of one key side by
// side, whatever follows the key. It takes one byte below 128, else three whose first one is 128 or more.
// Registers and values do not end with NUL, since such keys are slow to find.

const BITS = 7;
const MASK = 0x7f;
const MARK = 0x80;

export const REGISTER_BYTES = 2;
export const VALUE_BYTES = 8;
/** Bytes behind the key of a value. */
export const VALUE_SUFFIX_BYTES = VALUE_BYTES + 1;
export const VALUE_END = MARK;

/** How many bytes the number of a key's bytes takes. */
export function prefixBytes(keyBytes: number): number {
  return keyBytes < MARK ? 1 : 3;
}

/** Writes the number of a key's bytes; returns where the key begins. */
export function writePrefix(bytes: Uint8Array, at: number, keyBytes: number): number {
  if (keyBytes >= MARK) {
    bytes[at++] = keyBytes >>> 2 * BITS | MARK;
    bytes[at++] = keyBytes >>> BITS & MASK;
  }
  bytes[at++] = keyBytes & MASK;
  return at;
}

/** Reads the number of a key's bytes. */
export function readPrefix(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  return first < MARK ? first : (first & MASK) << 2 * BITS | bytes[at + 1] << BITS | bytes[at + 2];
}

/** Writes a register's number, below 2^14. */
export function writeRegister(bytes: Uint8Array, at: number, register: number): void {
  bytes[at] = register >>> BITS | MARK;
  bytes[at + 1] = register & MASK | MARK;
}

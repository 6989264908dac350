// What a kernel emits pairs by. The host counts the different texts of each key.

import { fail } from "./host";
import { putBytesPair, putPair } from "./pair_records";

/** Emits a text with another one. Emits nothing if the first, the key, is empty. */
export function emitPair(key: string, text: string): void {
  if (key.length == 0) return;
  putPair(key, text);
}

/**
 * Emits copies of some bytes, wherever they are: of `length` bytes as the key, of `textLength` bytes
 * as its text. Emits nothing if the key has none.
 */
export function emitBytesPair(start: usize, length: i32, textStart: usize, textLength: i32): void {
  if (length == 0) return;
  if (length < 0) fail("Cannot emit pair: the length of its key is " + length.toString());
  if (textLength < 0) fail("Cannot emit pair: the length of its text is " + textLength.toString());
  putBytesPair(start, length, textStart, textLength);
}

import { repairText } from "./repair.ts";
import { isAscii } from "./utf8.ts";

/** A chunk in UTF-8, and what was done for that. */
export interface TextChunk {
  /** The chunk stands at `start`. */
  readonly text: Uint8Array;
  readonly start: number;
  readonly bytes: number;
  /** Sequences that were replaced by U+FFFD. */
  readonly replaced: number;
  /** Offset of the first of them. */
  readonly badOffset: number;
}

/**
 * Repairs a chunk for a kernel that takes text, in memory of this thread, if it is not UTF-8.
 *
 * @param text Shared memory, of which `words` is a view.
 */
export function repairChunk(
  text: Uint8Array,
  words: Int32Array,
  start: number,
  bytes: number,
): TextChunk {
  const whole = { text, start, bytes, replaced: 0, badOffset: 0 };
  if (isAscii(words, start, start + bytes)) return whole;
  const { repaired, replaced, badOffset } = repairText(text.slice(start, start + bytes));
  if (repaired === undefined) return whole;
  return { text: repaired, start: 0, bytes: repaired.length, replaced, badOffset };
}

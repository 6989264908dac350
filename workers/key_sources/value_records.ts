import { VALUE_KEY, VALUE_KEY_BYTES } from "../../assembly/layout.ts";
import { trapped } from "./guest_failure.ts";

// Records of keys and values as a user kernel drains them: 8 bytes of the value | u32 bytes | key |
// padding to a multiple of 8. They are checked in memory of this thread, as words of 4 bytes.

const WORD_BYTES = 4;
const RECORD_WORDS = 2;
const KEY_WORD = VALUE_KEY / WORD_BYTES;
const LENGTH_WORD = VALUE_KEY_BYTES / WORD_BYTES;
const HIGH_BITS = 0x80808080 | 0;
/** In the upper word of a double: all ones for an infinite one, or none. */
const EXPONENT = 0x7ff00000;

/**
 * Checks records.
 *
 * @param words What holds them.
 * @param from Offset of the first one in bytes, a multiple of 8; they end at `to`.
 * @param areDoubles Whether the values are doubles: then they must be finite.
 * @param checkKey Throws if a key may not have so many bytes.
 * @returns Whether all keys are ASCII; false also for padding that is not.
 * @throws {GuestFailure}
 */
export function checkValueRecords(
  words: Int32Array,
  from: number,
  to: number,
  areDoubles: boolean,
  checkKey: (bytes: number) => void,
): boolean {
  const end = to / WORD_BYTES;
  let bits = 0;
  for (let at = from / WORD_BYTES; at < end;) {
    if (at + KEY_WORD > end) throw trapped("drain ends within a record");
    const bytes = words[at + LENGTH_WORD] >>> 0;
    checkKey(bytes);
    const wordsOfKey = Math.ceil(bytes / WORD_BYTES);
    const next = at + Math.ceil((KEY_WORD + wordsOfKey) / RECORD_WORDS) * RECORD_WORDS;
    if (next > end) throw trapped("drain ends within a record");
    if (areDoubles && (words[at + 1] & EXPONENT) === EXPONENT) {
      throw trapped(`drain has the value ${doubleAt(words, at)}, which is not finite`);
    }
    for (let word = at + KEY_WORD; word < next; word++) bits |= words[word];
    at = next;
  }
  return (bits & HIGH_BITS) === 0;
}

function doubleAt(words: Int32Array, at: number): number {
  return new Float64Array(words.slice(at, at + RECORD_WORDS).buffer)[0];
}

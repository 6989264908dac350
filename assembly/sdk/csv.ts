// Fields of a row of CSV (RFC 4180). Each quote opens or closes, wherever it stands, as it does where
// rows are cut. A field that begins with a quote loses its quotes, but for one of each doubled pair;
// another field is what is written.

import { Chunk } from "./chunk";
import { findByte, findUnquoted } from "./find";

const QUOTE: u16 = 0x22;

export namespace csv {
  /**
   * A field of a row, without its quotes; the first is 0. Null if the row has none at this index. It
   * is a part of the row, but for a field with doubled quotes, which is a copy.
   */
  export function field(row: Chunk, index: i32, delimiter: u8 = 0x2c): Chunk | null {
    if (index < 0) return null;
    let start = row.start;
    let end = findUnquoted(start, row.end, delimiter);
    for (; index > 0; index--) {
      if (end == row.end) return null;
      start = end + 1;
      end = findUnquoted(start, row.end, delimiter);
    }
    if (start == end || load<u8>(start) != QUOTE) return new Chunk(start, end);
    const quote = findByte(start + 1, end, <u8>QUOTE);
    return quote + 1 >= end ? new Chunk(start + 1, quote) : unquoteBytes(start + 1, end);
  }

  /**
   * The text of a field of a row, without its quotes; the first is 0. Empty if the row has none at
   * this index.
   *
   * @param delimiter One character.
   */
  export function text(row: string, index: i32, delimiter: string = ","): string {
    if (index < 0) return "";
    const unit = delimiter.charCodeAt(0);
    let start = 0;
    let end = endOfField(row, start, unit);
    for (; index > 0; index--) {
      if (end == row.length) return "";
      start = end + 1;
      end = endOfField(row, start, unit);
    }
    if (start == end || row.charCodeAt(start) != QUOTE) return row.substring(start, end);
    const quote = row.indexOf('"', start + 1);
    if (quote + 1 == end || quote < 0) return row.substring(start + 1, quote < 0 ? end : quote);
    return unquoteText(row, start + 1, end);
  }

  /** A copy of a field whose first quote stands before `at`. */
  function unquoteBytes(at: usize, end: usize): Chunk {
    const copy = changetype<usize>(new StaticArray<u8>(<i32>(end - at)));
    return new Chunk(copy, unquote<u8>(at, end, copy));
  }

  function unquoteText(row: string, at: i32, end: i32): string {
    const text = changetype<usize>(row);
    const copy = changetype<usize>(new StaticArray<u16>(end - at));
    const copyEnd = unquote<u16>(text + (<usize>at << 1), text + (<usize>end << 1), copy);
    return String.UTF16.decodeUnsafe(copy, copyEnd - copy);
  }

  /**
   * Copies the characters of a field, a byte or a half of UTF-16 each, whose first quote stands before
   * `at`. Returns where the copy ends.
   */
  function unquote<U>(at: usize, end: usize, out: usize): usize {
    let isQuoted = true;
    while (at < end) {
      const unit = load<U>(at);
      at += sizeof<U>();
      if (unit == <U>QUOTE) {
        const isDoubled = isQuoted && at < end && load<U>(at) == <U>QUOTE;
        if (!isDoubled) {
          isQuoted = !isQuoted;
          continue;
        }
        at += sizeof<U>();
      }
      store<U>(out, unit);
      out += sizeof<U>();
    }
    return out;
  }

  /** Index of the delimiter that ends the field at `at`, or the row's length. */
  function endOfField(row: string, at: i32, delimiter: i32): i32 {
    let isQuoted = false;
    for (; at < row.length; at++) {
      const unit = row.charCodeAt(at);
      if (unit == QUOTE) isQuoted = !isQuoted;
      else if (unit == delimiter && !isQuoted) break;
    }
    return at;
  }
}

// Finds a member of a JSON object without parsing the rest. It checks no more of the grammar than it
// needs to find its way, and says null where it loses it.

import { Chunk } from "./chunk";

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const OPEN_OBJECT: u8 = 0x7b;
const CLOSE_OBJECT: u8 = 0x7d;
const OPEN_ARRAY: u8 = 0x5b;
const CLOSE_ARRAY: u8 = 0x5d;

/** What stands where the scanner lost its way. */
const LOST: usize = 0;

export namespace json {
  /**
   * The value of a member of the object that a chunk holds: of a string what is between its quotes,
   * escapes as they are written; of others all of their text. Null if there is no such member, or if
   * the chunk is no object. The first of several members of one name counts. A name that is written
   * with escapes is not found.
   */
  export function find(object: Chunk, name: string): Chunk | null {
    const wanted = String.UTF8.encode(name);
    const wantedAt = changetype<usize>(wanted);
    const wantedBytes = <usize>wanted.byteLength;
    const end = object.end;
    let at = skipSpace(object.start, end);
    if (at >= end || load<u8>(at) != OPEN_OBJECT) return null;
    at++;
    while (true) {
      at = skipSpace(at, end);
      if (at >= end || load<u8>(at) != QUOTE) return null;
      const nameAt = at + 1;
      const nameEnd = stringEnd(nameAt, end);
      if (nameEnd == LOST) return null;
      at = skipSpace(nameEnd + 1, end);
      if (at >= end || load<u8>(at) != 0x3a) return null; // :
      at = skipSpace(at + 1, end);
      const valueEnd = skipValue(at, end);
      if (valueEnd == LOST) return null;
      if (nameEnd - nameAt == wantedBytes && memory.compare(nameAt, wantedAt, wantedBytes) == 0) {
        return load<u8>(at) == QUOTE ? new Chunk(at + 1, valueEnd - 1) : new Chunk(at, valueEnd);
      }
      at = skipSpace(valueEnd, end);
      if (at >= end || load<u8>(at) != 0x2c) return null; // ,
      at++;
    }
  }

  function skipSpace(at: usize, end: usize): usize {
    while (at < end && isSpace(load<u8>(at))) at++;
    return at;
  }

  function isSpace(byte: u8): bool {
    return byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d;
  }

  /** Address of the quote that ends the string whose text begins at `at`. */
  function stringEnd(at: usize, end: usize): usize {
    for (; at < end; at++) {
      const byte = load<u8>(at);
      if (byte == QUOTE) return at;
      if (byte == BACKSLASH) at++;
    }
    return LOST;
  }

  /** Address behind the value at `at`. */
  function skipValue(at: usize, end: usize): usize {
    if (at >= end) return LOST;
    const byte = load<u8>(at);
    if (byte == QUOTE) {
      const quote = stringEnd(at + 1, end);
      return quote == LOST ? LOST : quote + 1;
    }
    return byte == OPEN_OBJECT || byte == OPEN_ARRAY ? skipNested(at, end) : skipLiteral(at, end);
  }

  function skipNested(at: usize, end: usize): usize {
    let depth = 0;
    for (; at < end; at++) {
      const byte = load<u8>(at);
      if (byte == QUOTE) {
        at = stringEnd(at + 1, end);
        if (at == LOST) return LOST;
      } else if (byte == OPEN_OBJECT || byte == OPEN_ARRAY) {
        depth++;
      } else if (byte == CLOSE_OBJECT || byte == CLOSE_ARRAY) {
        if (--depth == 0) return at + 1;
      }
    }
    return LOST;
  }

  /** A number, true, false or null. */
  function skipLiteral(at: usize, end: usize): usize {
    const from = at;
    for (; at < end; at++) {
      const byte = load<u8>(at);
      if (byte == 0x2c || byte == CLOSE_OBJECT || byte == CLOSE_ARRAY || isSpace(byte)) break;
    }
    return at == from ? LOST : at;
  }
}

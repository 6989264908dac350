// Where `VALUES` is set, a kernel emits a value with each key. The records are those that the host's
// chunks of values consist of (`TOKENIZER_VALUES`):
//
//   8 bytes of the value | u32 bytes | key | zero padding to a multiple of 8 from the record's start
//
// They gather in a buffer that the host drains when it is full and at the end of a chunk. The host
// never gets a part of a record in one drain, and the rest in another. A record that is larger than
// the buffer is drained alone.

import { drain, fail } from "./host";
import { isInput } from "./input";
import { encodeTo, mostBytes } from "./text";

/** Offsets in a record. */
const KEY_BYTES: usize = 8;
const KEY: usize = 12;

const BUFFER_BYTES: usize = 16384;
/** Copies of 16 bytes and the padding may write beyond the buffer's end. */
const BUFFER = memory.data(16384 + 16, 16);
const BUFFER_END: usize = BUFFER + BUFFER_BYTES;

/** Where the next record goes, a multiple of 8. */
let cursor: usize = BUFFER;

// @ts-ignore: decorator
@inline
function recordBytes(keyBytes: usize): usize {
  return (KEY + keyBytes + 7) & ~7;
}

/** Writes what stands around a key that is in its place already. */
// @ts-ignore: decorator
@inline
function frame(record: usize, value: u64, keyBytes: usize): void {
  store<u64>(record, value);
  store<u32>(record, <u32>keyBytes, KEY_BYTES);
  store<u64>(record + keyBytes, 0, KEY); // up to 8 bytes beyond the record are written, too
}

/** Adds a record with a copy of a key of at least one byte, wherever that is. */
export function putBytes(start: usize, length: i32, value: u64): void {
  const keyBytes = <usize>length;
  const bytes = recordBytes(keyBytes);
  if (bytes > BUFFER_END - cursor) {
    flushValues();
    if (bytes > BUFFER_BYTES) {
      const record = heap.alloc(bytes + 8);
      memory.copy(record + KEY, start, keyBytes);
      return drainAlone(record, value, keyBytes);
    }
  }
  if (isInput(start, length)) { // bytes behind the chunk may be read
    for (let i: usize = 0; i < keyBytes; i += 16) v128.store(cursor + i, v128.load(start + i), KEY);
  } else {
    memory.copy(cursor + KEY, start, keyBytes);
  }
  frame(cursor, value, keyBytes);
  cursor += bytes;
}

/** Adds a record with a text of at least one character as its key. */
export function putText(key: string, value: u64): void {
  const most = recordBytes(<usize>mostBytes(key));
  if (most > BUFFER_END - cursor) {
    flushValues();
    if (most > BUFFER_BYTES) {
      const record = heap.alloc(most + 8);
      return drainAlone(record, value, <usize>encodeTo(key, record + KEY));
    }
  }
  const keyBytes = <usize>encodeTo(key, cursor + KEY);
  frame(cursor, value, keyBytes);
  cursor += recordBytes(keyBytes);
}

/** Hands over a record that the buffer may not hold, and frees it. */
function drainAlone(record: usize, value: u64, keyBytes: usize): void {
  frame(record, value, keyBytes);
  drain(record, <i32>recordBytes(keyBytes));
  heap.free(record);
}

export function holdsValues(): bool {
  return cursor > BUFFER;
}

/** Hands everything to the host. */
export function flushValues(): void {
  if (cursor > BUFFER) drain(BUFFER, <i32>(cursor - BUFFER));
  cursor = BUFFER;
}

/** Refuses what a value cannot be. */
export function refuseValue(value: string, reason: string): void {
  fail("Cannot emit value " + value + ": " + reason);
}

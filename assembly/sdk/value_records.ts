// Where `VALUES` is set, a kernel emits a value with each key. The records are those that the host's
// chunks of values consist of (`TOKENIZER_VALUES`):
//
//   8 bytes of the value | u32 bytes | key | zero padding to a multiple of 8 from the record's start

import { beginRecord, copyBytes, endRecord } from "./buffer";
import { fail } from "./host";
import { encodeTo, mostBytes } from "./text";

/** Offsets in a record. */
const KEY_BYTES: usize = 8;
const KEY: usize = 12;

// @ts-ignore: decorator
@inline
function recordBytes(keyBytes: usize): usize {
  return (KEY + keyBytes + 7) & ~7;
}

/** Adds a record with a copy of a key of at least one byte, wherever that is. */
export function putBytes(start: usize, length: i32, value: u64): void {
  const record = beginRecord(recordBytes(<usize>length));
  copyBytes(record + KEY, start, length);
  end(record, value, <usize>length);
}

/** Adds a record with a text of at least one character as its key. */
export function putText(key: string, value: u64): void {
  const record = beginRecord(recordBytes(<usize>mostBytes(key)));
  end(record, value, <usize>encodeTo(key, record + KEY));
}

/** Writes what stands around a key that is in its place already. */
// @ts-ignore: decorator
@inline
function end(record: usize, value: u64, keyBytes: usize): void {
  store<u64>(record, value);
  store<u32>(record, <u32>keyBytes, KEY_BYTES);
  store<u64>(record + keyBytes, 0, KEY); // up to 8 bytes beyond the record are written, too
  endRecord(record, recordBytes(keyBytes));
}

/** Refuses what a value cannot be. */
export function refuseValue(value: string, reason: string): void {
  fail("Cannot emit value " + value + ": " + reason);
}

// The buffer in which records of keys gather, whatever their form is. The host drains it when it is full
// and at the end of a chunk. The host never gets a part of a record in one drain, and the rest in
// another. A record that is larger than the buffer is drained alone.

import { drain, fail } from "./host";
import { isInput } from "./input";

const BUFFER_BYTES: usize = 16384;
/** Bytes that may be written beyond a record: copies of 16, and padding. */
const SLACK: usize = 16;
const BUFFER = memory.data(16384 + 16, 16);
export const BUFFER_END: usize = BUFFER + BUFFER_BYTES;

/** Where the next bytes go. */
export let cursor: usize = BUFFER;

// @ts-ignore: decorator
@inline
export function setCursor(at: usize): void {
  cursor = at;
}

export function holdsRecords(): bool {
  return cursor > BUFFER;
}

/** Hands everything to the host. */
export function drainBuffer(): void {
  if (cursor > BUFFER) drain(BUFFER, <i32>(cursor - BUFFER));
  cursor = BUFFER;
}

/** Where a record of `most` bytes at most is to be written; endRecord must follow. */
// @ts-ignore: decorator
@inline
export function beginRecord(most: usize): usize {
  return most <= BUFFER_END - cursor ? cursor : makeRoom(most);
}

function makeRoom(most: usize): usize {
  drainBuffer();
  return most <= BUFFER_BYTES ? cursor : heap.alloc(most + SLACK);
}

/** Ends the record that beginRecord has given a place: it has `bytes` bytes. */
// @ts-ignore: decorator
@inline
export function endRecord(record: usize, bytes: usize): void {
  if (record == cursor) cursor += bytes;
  else drainAlone(record, bytes);
}

/** Hands over a record that the buffer may not hold, and frees it. */
function drainAlone(record: usize, bytes: usize): void {
  drain(record, <i32>bytes);
  heap.free(record);
}

/** Copies bytes, wherever they are, into a record. */
// @ts-ignore: decorator
@inline
export function copyBytes(to: usize, start: usize, length: i32): void {
  if (isInput(start, length)) { // bytes behind the chunk may be read
    v128.store(to, v128.load(start)); // most keys need no loop
    for (let i: usize = 16; i < <usize>length; i += 16) v128.store(to + i, v128.load(start + i));
  } else {
    memory.copy(to, start, length);
  }
}

/** Refuses bytes that are no key. */
export function refuseLength(length: i32): void {
  fail("Cannot emit key: its length is " + length.toString());
}

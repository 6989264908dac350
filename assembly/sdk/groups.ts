// Values that a kernel combines itself. The host gives records, those of one key side by side:
//
//   8 bytes of the value | u32 bytes of the key | u32 count | key | zero padding to a multiple of 8
//
// The count says how often the value is there. What becomes of the values of a key is a value record
// of that key.

import { DOUBLES } from "./build";
import { fail } from "./host";
import { setAt, setInputBytes } from "./input";
import { beginOutput, flush } from "./output";
import { collect } from "./regions";
import { putBytes, refuseValue } from "./value_records";

/** Offsets in a record. */
const KEY_BYTES: usize = 8;
const COUNT: usize = 12;
const KEY: usize = 16;

/** The record in hand, the one behind it, and the end of all. */
let record: usize = 0;
let rest: usize = 0;
let end: usize = 0;
/** The key of the records in hand. */
let keyStart: usize = 0;
let keyBytes: u32 = 0;
/** Whether the kernel's own code is called to combine values. */
let isCombining = false;

export function beginGroups(at: usize, bytes: i32): void {
  beginOutput();
  setInputBytes(bytes);
  setAt(at);
  rest = at;
  end = at + <usize>bytes;
  isCombining = true;
}

export function endGroups(): void {
  isCombining = false;
  flush();
  collect();
}

/** Goes to the first record of the next key; false when there is none. */
export function nextGroup(): bool {
  if (rest >= end) return false;
  keyStart = rest + KEY;
  keyBytes = load<u32>(rest, KEY_BYTES);
  take();
  return true;
}

/** Goes to the next record of the key in hand; false when there is none. */
export function nextOfGroup(): bool {
  if (rest >= end || load<u32>(rest, KEY_BYTES) != keyBytes) return false;
  if (memory.compare(rest + KEY, keyStart, keyBytes) != 0) return false;
  take();
  return true;
}

// @ts-ignore: decorator
@inline
function take(): void {
  record = rest;
  rest = record + ((KEY + <usize>keyBytes + 7) & ~7);
}

// @ts-ignore: decorator
@inline
export function valueOf<T>(): T {
  return load<T>(record);
}

// @ts-ignore: decorator
@inline
export function countOf(): u32 {
  return load<u32>(record, COUNT);
}

/** Adds a value record of the key in hand. */
export function putState<T>(state: T): void {
  checkState(state);
  putBytes(keyStart, keyBytes, DOUBLES ? reinterpret<u64>(<f64>state) : <u64>state);
}

/** Refuses what a kernel could not emit as a value. */
// @ts-ignore: decorator
@inline
export function checkState<T>(state: T): T {
  if (DOUBLES && !isFinite(<f64>state)) refuseValue((<f64>state).toString(), "it is not finite");
  return state;
}

/** Only `map` may emit: how often values are combined depends on how many threads there are. */
export function refuseWhileCombining(): void {
  if (isCombining) fail("Cannot emit value: combine and finish return theirs, and only map emits");
}

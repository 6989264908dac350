// What a kernel emits without values, gathered in the buffer. `WINDOWS` is a constant of the file that
// the compiler writes for each kernel:
//
//   false  u32 bytes | key, unpadded, repeated
//   true   u32 base | u32 count | count × (u16 start | u16 end), repeated: the keys are slices of the
//          chunk, `base` is an offset in it, starts and ends are relative to `base`
//
// Where the kernel emits values, `VALUES` is set, and `value_records.ts` writes what goes out; where it
// emits pairs, `PAIRS` is set, and `pair_records.ts` does.

import {
  beginRecord, BUFFER_END, copyBytes, cursor, drainBuffer, endRecord, holdsRecords, refuseLength,
  setCursor,
} from "./buffer";
import { PAIRS, VALUES, WINDOWS } from "./build";
import { fail } from "./host";
import { input, isInput, setAt } from "./input";
import { listBytes } from "./list";
import { encodeTo, mostBytes } from "./text";

/** Bytes before a key. */
const HEADER: usize = 4;

/** Where entries of the open window must end; 0 while no window is open. */
let windowEnd: usize = 0;
/** Addresses of the open window's header, and of what its offsets are relative to. */
let windowHeader: usize = 0;
let windowBase: usize = 0;

/** Emits `length` bytes of the chunk as a key. Emits nothing if there are none. */
// @ts-ignore: decorator
@inline
export function emitBytes(start: usize, length: i32): void {
  if (!WINDOWS) {
    emitKey(start, length);
  } else {
    const from = start - windowBase;
    const to = from + <usize>length;
    if (from < to && to <= 0xffff && cursor < windowEnd) {
      store<u32>(cursor, <u32>(from | (to << 16)));
      setCursor(cursor + 4);
    } else {
      openWindow(start, length);
    }
  }
}

/** Emits a slice that does not fit the open window: opens another that begins with it. */
function openWindow(start: usize, length: i32): void {
  if (length == 0) return;
  if (!isInput(start, length)) {
    fail("Cannot emit bytes: they lie outside of the chunk, use emitKey for other bytes");
  }
  if (length > 0xffff) {
    fail("Cannot emit key: " + length.toString() + " bytes exceed the limit of 65535");
  }
  closeWindow();
  if (cursor + 12 > BUFFER_END) flush();
  windowHeader = cursor;
  windowBase = start;
  windowEnd = BUFFER_END;
  store<u32>(cursor, <u32>(start - input));
  store<u32>(cursor, <u32>length << 16, 8);
  setCursor(cursor + 12);
}

function closeWindow(): void {
  if (windowHeader == 0) return;
  store<u32>(windowHeader, <u32>((cursor - windowHeader - 8) >>> 2), 4);
  windowHeader = 0;
  windowEnd = 0;
}

// ---- windows that are written in one go -----------------------------------------------------------

/** Most bytes of the chunk that one list tells of. */
export const LIST_BLOCK: usize = 2048;

/** Opens a window for a list of the runs of LIST_BLOCK bytes at `from`; returns the list's place. */
export function beginList(from: usize): usize {
  closeWindow();
  if (cursor + 8 + listBytes(LIST_BLOCK) > BUFFER_END) flush();
  setAt(from);
  store<u32>(cursor, <u32>(from - input));
  return cursor + 8;
}

/** Ends the window at the list's end; an empty one is left out. */
export function endList(end: usize): void {
  const list = cursor + 8;
  if (end == list) return;
  store<u32>(cursor, <u32>((end - list) >>> 2), 4);
  setCursor(end);
}

/** Emits a copy of `length` bytes, wherever they are, as a key. Emits nothing if there are none. */
// @ts-ignore: decorator
@inline
export function emitKey(start: usize, length: i32): void {
  if (length == 0) return;
  if (length < 0) refuseLength(length);
  if (VALUES || PAIRS) refuseAlone();
  putKey(start, length);
}

function putKey(start: usize, length: i32): void {
  const record = beginRecord(HEADER + <usize>length);
  copyBytes(record + HEADER, start, length);
  endKey(record, length);
}

/** Emits a text as a key. Emits nothing if it is empty. */
export function emit(key: string): void {
  if (key.length == 0) return;
  if (VALUES || PAIRS) refuseAlone();
  const record = beginRecord(HEADER + <usize>mostBytes(key));
  endKey(record, encodeTo(key, record + HEADER));
}

/** Writes what stands in front of a key that is in its place already. */
// @ts-ignore: decorator
@inline
function endKey(record: usize, bytes: i32): void {
  store<u32>(record, bytes);
  endRecord(record, HEADER + <usize>bytes);
}

/** The compiler refuses most of these; it does not see whose method an `emit` is. */
function refuseAlone(): void {
  if (VALUES) fail("Cannot emit key: it has no value, and this kernel emits values");
  fail("Cannot emit key: it has no text beside it, and this kernel emits pairs");
}

/** Refuses keys that code outside of `map` has emitted: every thread would count them anew. */
export function beginOutput(): void {
  if (holdsRecords()) {
    fail("Cannot emit keys outside of map: that code runs once in every thread");
  }
}

/** Hands everything to the host. */
export function flush(): void {
  if (WINDOWS) closeWindow();
  drainBuffer();
}

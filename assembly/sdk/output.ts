// What a kernel emits, gathered in a buffer that the host drains when it is full and at the end of a
// chunk. `WINDOWS` is a constant of the file that the compiler writes for each kernel:
//
//   false  u32 bytes | key, unpadded, repeated
//   true   u32 base | u32 count | count × (u16 start | u16 end), repeated: the keys are slices of the
//          chunk, `base` is an offset in it, starts and ends are relative to `base`
//
// The host never gets a part of a key or of a window in one drain, and the rest in another. A key
// that is larger than the buffer is drained alone.
//
// Where the kernel emits values, `VALUES` is set, and `value_records.ts` gathers what goes out; where it
// emits pairs, `PAIRS` is set, and `pair_records.ts` does.

import { PAIRS, VALUES, WINDOWS } from "./build";
import { drain, fail } from "./host";
import { input, isInput, setAt } from "./input";
import { listBytes } from "./list";
import { flushPairs, holdsPairs } from "./pair_records";
import { encodeTo, mostBytes } from "./text";
import { flushValues, holdsValues } from "./value_records";

const BUFFER_BYTES: usize = 16384;
/** Copies of 16 bytes may write beyond the buffer's end. */
const BUFFER = memory.data(16384 + 16, 16);
const BUFFER_END: usize = BUFFER + BUFFER_BYTES;

/** Where the next bytes go. */
let cursor: usize = BUFFER;
/** Where entries of the open window must end; the buffer's start while no window is open. */
let windowEnd: usize = BUFFER;
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
      cursor += 4;
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
  cursor += 12;
}

function closeWindow(): void {
  if (windowHeader == 0) return;
  store<u32>(windowHeader, <u32>((cursor - windowHeader - 8) >>> 2), 4);
  windowHeader = 0;
  windowEnd = BUFFER;
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
  cursor = end;
}

/** Emits a copy of `length` bytes, wherever they are, as a key. Emits nothing if there are none. */
export function emitKey(start: usize, length: i32): void {
  if (length == 0) return;
  if (length < 0) fail("Cannot emit key: its length is " + length.toString());
  if (VALUES || PAIRS) refuseAlone();
  const bytes = <usize>length;
  if (cursor + 4 + bytes > BUFFER_END) {
    flush();
    if (bytes + 4 > BUFFER_BYTES) return emitAlone(start, length);
  }
  store<u32>(cursor, length);
  if (isInput(start, length)) { // bytes behind the chunk may be read
    for (let i: usize = 0; i < bytes; i += 16) v128.store(cursor + i, v128.load(start + i), 4);
  } else {
    memory.copy(cursor + 4, start, bytes);
  }
  cursor += 4 + bytes;
}

function emitAlone(start: usize, length: i32): void {
  const record = heap.alloc(4 + <usize>length);
  store<u32>(record, length);
  memory.copy(record + 4, start, length);
  drain(record, 4 + length);
  heap.free(record);
}

/** Emits a text as a key. Emits nothing if it is empty. */
export function emit(key: string): void {
  if (key.length == 0) return;
  if (VALUES || PAIRS) refuseAlone();
  const most = <usize>mostBytes(key);
  if (cursor + 4 + most > BUFFER_END) {
    flush();
    if (most + 4 > BUFFER_BYTES) return emitLong(key, most);
  }
  const bytes = encodeTo(key, cursor + 4);
  store<u32>(cursor, bytes);
  cursor += 4 + <usize>bytes;
}

function emitLong(key: string, most: usize): void {
  const record = heap.alloc(4 + most);
  const bytes = encodeTo(key, record + 4);
  store<u32>(record, bytes);
  drain(record, 4 + bytes);
  heap.free(record);
}

/** The compiler refuses most of these; it does not see whose method an `emit` is. */
function refuseAlone(): void {
  if (VALUES) fail("Cannot emit key: it has no value, and this kernel emits values");
  fail("Cannot emit key: it has no text beside it, and this kernel emits pairs");
}

/** Refuses keys that code outside of `map` has emitted: every thread would count them anew. */
export function beginOutput(): void {
  const isOpen = VALUES ? holdsValues() : PAIRS ? holdsPairs() : cursor > BUFFER;
  if (isOpen) fail("Cannot emit keys outside of map: that code runs once in every thread");
}

/** Hands everything to the host. */
export function flush(): void {
  if (VALUES) return flushValues();
  if (PAIRS) return flushPairs();
  if (WINDOWS) closeWindow();
  if (cursor > BUFFER) drain(BUFFER, <i32>(cursor - BUFFER));
  cursor = BUFFER;
}

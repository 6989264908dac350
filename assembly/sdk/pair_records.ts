// Where `PAIRS` is set, a kernel emits another text with each key. What the host gets are pairs:
//
//   u32 bytes of the key | u32 bytes of the text | key | text, unpadded, repeated
//
// They gather in a buffer that the host drains when it is full and at the end of a chunk. The host
// never gets a part of a pair in one drain, and the rest in another. A pair that is larger than the
// buffer is drained alone.

import { drain } from "./host";
import { isInput } from "./input";
import { encodeTo, mostBytes } from "./text";

/** Where in a pair the number of the text's bytes stands, and where the key begins. */
const TEXT_BYTES: usize = 4;
const KEY: usize = 8;

const BUFFER_BYTES: usize = 16384;
/** Copies of 16 bytes may write beyond the buffer's end. */
const BUFFER = memory.data(16384 + 16, 16);
const BUFFER_END: usize = BUFFER + BUFFER_BYTES;

/** Where the next pair goes. */
let cursor: usize = BUFFER;

/** Adds a copy of a key of at least one byte and of a text, wherever they are. */
export function putBytesPair(start: usize, length: i32, textStart: usize, textLength: i32): void {
  const bytes = KEY + <usize>length + <usize>textLength;
  if (bytes > BUFFER_END - cursor) {
    flushPairs();
    if (bytes > BUFFER_BYTES) {
      const pair = heap.alloc(bytes);
      memory.copy(pair + KEY, start, length);
      memory.copy(pair + KEY + <usize>length, textStart, textLength);
      return drainAlone(pair, length, textLength);
    }
  }
  copy(cursor + KEY, start, length);
  copy(cursor + KEY + <usize>length, textStart, textLength); // over what the key's copy left behind it
  frame(cursor, length, textLength);
  cursor += bytes;
}

/** Adds a pair of two texts, the first of which has at least one character. */
export function putPair(key: string, text: string): void {
  const most = KEY + <usize>mostBytes(key) + <usize>mostBytes(text);
  if (most > BUFFER_END - cursor) {
    flushPairs();
    if (most > BUFFER_BYTES) {
      const pair = heap.alloc(most);
      const keyBytes = encodeTo(key, pair + KEY);
      return drainAlone(pair, keyBytes, encodeTo(text, pair + KEY + <usize>keyBytes));
    }
  }
  const keyBytes = encodeTo(key, cursor + KEY);
  const textBytes = encodeTo(text, cursor + KEY + <usize>keyBytes);
  frame(cursor, keyBytes, textBytes);
  cursor += KEY + <usize>keyBytes + <usize>textBytes;
}

/** Copies bytes into the buffer, up to 15 more than asked for. */
// @ts-ignore: decorator
@inline
function copy(to: usize, start: usize, length: i32): void {
  if (isInput(start, length)) { // bytes behind the chunk may be read
    for (let i: usize = 0; i < <usize>length; i += 16) v128.store(to + i, v128.load(start + i));
  } else {
    memory.copy(to, start, length);
  }
}

/** Writes what stands in front of a key and a text that are in their places already. */
// @ts-ignore: decorator
@inline
function frame(pair: usize, keyBytes: i32, textBytes: i32): void {
  store<u32>(pair, keyBytes);
  store<u32>(pair, textBytes, TEXT_BYTES);
}

/** Hands over a pair that the buffer may not hold, and frees it. */
function drainAlone(pair: usize, keyBytes: i32, textBytes: i32): void {
  frame(pair, keyBytes, textBytes);
  drain(pair, <i32>KEY + keyBytes + textBytes);
  heap.free(pair);
}

export function holdsPairs(): bool {
  return cursor > BUFFER;
}

/** Hands everything to the host. */
export function flushPairs(): void {
  if (cursor > BUFFER) drain(BUFFER, <i32>(cursor - BUFFER));
  cursor = BUFFER;
}

// Where `PAIRS` is set, a kernel emits another text with each key. What the host gets are pairs:
//
//   u32 bytes of the key | u32 bytes of the text | key | text, unpadded, repeated

import { beginRecord, copyBytes, endRecord } from "./buffer";
import { encodeTo, mostBytes } from "./text";

/** Where in a pair the number of the text's bytes stands, and where the key begins. */
const TEXT_BYTES: usize = 4;
const KEY: usize = 8;

/** Adds a copy of a key of at least one byte and of a text, wherever they are. */
export function putBytesPair(start: usize, length: i32, textStart: usize, textLength: i32): void {
  const pair = beginRecord(KEY + <usize>length + <usize>textLength);
  copyBytes(pair + KEY, start, length);
  copyBytes(pair + KEY + <usize>length, textStart, textLength); // over what the key's copy left behind it
  end(pair, length, textLength);
}

/** Adds a pair of two texts, the first of which has at least one character. */
export function putPair(key: string, text: string): void {
  const pair = beginRecord(KEY + <usize>mostBytes(key) + <usize>mostBytes(text));
  const keyBytes = encodeTo(key, pair + KEY);
  end(pair, keyBytes, encodeTo(text, pair + KEY + <usize>keyBytes));
}

/** Writes what stands in front of a key and a text that are in their places already. */
// @ts-ignore: decorator
@inline
function end(pair: usize, keyBytes: i32, textBytes: i32): void {
  store<u32>(pair, keyBytes);
  store<u32>(pair, textBytes, TEXT_BYTES);
  endRecord(pair, KEY + <usize>keyBytes + <usize>textBytes);
}

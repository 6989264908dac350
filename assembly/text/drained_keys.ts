import { lowBytes } from "../memory/masks";
import { goesOnAfter } from "../memory/runtime";
import { validateBytes } from "./utf8";
import { classifyText, textIsAscii } from "./windows_simd";

// Checks key records that a user kernel has drained. Most keys are ASCII, and so are most lengths: then
// one look at all bytes says that all keys are UTF-8.

const KEY_HEADER: usize = 4;
/** Most bytes of a key of a user kernel. */
const MOST_KEY_BYTES: u32 = 64 * 1024;
const HIGH_BITS: u64 = 0x8080808080808080;

/** Whether the records in [from, end) are whole, and their keys are UTF-8 and not too long. */
export function keysAreTexts(from: usize, end: usize): bool {
  classifyText(from, <u32>(end - from));
  let at = from;
  while (at < end) {
    if (end - at < KEY_HEADER) return false;
    const bytes = load<u32>(at);
    at += KEY_HEADER;
    if (bytes > MOST_KEY_BYTES || <usize>bytes > end - at) return false;
    if (!textIsAscii && !isText(at, bytes)) return false;
    at += bytes;
    if (!goesOnAfter(KEY_HEADER + <usize>bytes)) return true; // the job ends
  }
  return true;
}

/** Reads, and ignores, up to 7 bytes beyond the key. */
function isText(key: usize, bytes: u32): bool {
  const end = key + bytes;
  let at = key;
  while (at + 8 <= end && (load<u64>(at) & HIGH_BITS) == 0) at += 8;
  if (at + 8 > end && (load<u64>(at) & lowBytes(<u32>(end - at)) & HIGH_BITS) == 0) return true;
  return validateBytes(at, end) == end;
}

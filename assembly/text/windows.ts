import { DRAINED_HEADER_BYTES } from "../drain_layout";
import { SUB_BLOCK } from "../memory/masks";
import { goesOnAfter } from "../memory/runtime";
import { setScanHasNul } from "./tokenizers/scan_state";
import { validateUtf8 } from "./utf8";
import { mayHoldNul, mostLengthOf, textIsAscii, classifyText, endsOf } from "./windows_simd";

// The windows of a chunk that a user kernel has drained; layout.ts has their form. Nobody has checked
// them, so checkWindows looks at all of them before a word is counted: the passes of count.ts then
// take a window's slices as their list, where they are.

const WINDOW_HEADER: usize = 8;
/** Slices that are counted at once; the lists of scanners have no more words. */
const STEP_BYTES: usize = 2048 * 4;

/** The text that the windows are of, and where the window in hand is relative to. */
let text: usize = 0;
export let windowBase: usize = 0;
/** End of the window in hand. */
let windowEnd: usize = 0;

/** Takes up the windows in [from, end), which follow the header; false if some are odd. */
export function openWindows(header: usize, end: usize): bool {
  text = load<u32>(header);
  const bytes = load<u32>(header, 4);
  const from = header + DRAINED_HEADER_BYTES;
  windowEnd = from;
  classifyText(text, bytes);
  if (!textIsAscii && validateUtf8(text, bytes) != bytes) return false;
  return checkWindows(from, end, bytes);
}

/** Whether all windows are whole, and all their slices are texts of at least one byte. */
function checkWindows(from: usize, end: usize, bytes: u32): bool {
  let most: u32 = 0;
  for (let at = from; at < end;) {
    if (end - at < WINDOW_HEADER) return false;
    const base = load<u32>(at), count = load<u32>(at, 4);
    at += WINDOW_HEADER;
    if (<usize>count > (end - at) >>> 2 || base > bytes) return false;
    const stop = at + (<usize>count << 2);
    if (endsOf(at, stop) > bytes - base) return false;
    const length = mostLengthOf(at, stop);
    if (length == 0) return false; // a slice is empty, or ends before it begins
    most = max(most, length);
    if (!textIsAscii && cutsCharacters(text + base, at, stop)) return false;
    at = stop;
    if (!goesOnAfter(<usize>count << 2)) return true; // the job ends
  }
  // The passes that look at many words at once take no longer ones, and none that end with NUL.
  setScanHasNul(mayHoldNul || most > SUB_BLOCK);
  return true;
}

/** Whether a slice of a text in UTF-8 begins or ends within a character. */
function cutsCharacters(base: usize, at: usize, stop: usize): bool {
  let cuts: u32 = 0;
  for (; at < stop; at += 4) {
    const slice = load<u32>(at);
    cuts |= <u32>((load<u8>(base + (slice & 0xffff)) & 0xc0) == 0x80);
    cuts |= <u32>((load<u8>(base + (slice >>> 16)) & 0xc0) == 0x80);
  }
  return cuts != 0;
}

/** Finds the window that holds an address, where another thread has left off. */
export function passWindows(header: usize, at: usize): void {
  windowEnd = header + DRAINED_HEADER_BYTES;
  while (windowEnd < at) beginWindow(windowEnd);
}

// @ts-ignore: decorator
@inline
function beginWindow(at: usize): usize {
  windowBase = text + load<u32>(at);
  windowEnd = at + WINDOW_HEADER + (<usize>load<u32>(at, 4) << 2);
  return at + WINDOW_HEADER;
}

/** Where the slices begin that are to be counted next, at an address or behind a header there. */
// @ts-ignore: decorator
@inline
export function slicesAt(at: usize): usize {
  return at == windowEnd ? beginWindow(at) : at;
}

/** Where those end. */
// @ts-ignore: decorator
@inline
export function slicesEnd(from: usize): usize {
  return min(from + STEP_BYTES, windowEnd);
}

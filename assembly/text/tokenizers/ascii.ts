import { goesOn, POLL_BYTES } from "../../memory/runtime";
import { scanAsciiSimd } from "./ascii_simd";
import { setScanHasNul, setScanIsWord, setScanNext } from "./scan_state";

// The `ascii` tokenizer: maximal runs of ASCII letters and digits; an apostrophe is inside a word
// when a letter or digit stands on both sides of it. Every other byte separates.

// @ts-ignore: decorator
@inline
function isPlain(byte: u32): bool {
  return ((byte | 0x20) - 0x61 <= 25) | (byte - 0x30 <= 9);
}

/** End of the word that starts at `from`; at most `end`. */
function wordEnd(from: usize, end: usize): usize {
  let at = from;
  while (true) {
    while (at < end && isPlain(load<u8>(at))) at++;
    if (at + 1 >= end || load<u8>(at) != 0x27 || !isPlain(load<u8>(at, 1))) return at;
    at++;
  }
}

/** Pass 0; see scan.ts for the contract of all scanners. */
export function scanAscii(from: usize, to: usize, end: usize, list: usize, foldBit: u32): usize {
  if (ASC_FEATURE_SIMD) return scanAsciiSimd(from, to, end, list, foldBit);
  setScanHasNul(false);
  let out = list;
  let at = from;
  while (at < to) {
    if (!isPlain(load<u8>(at))) {
      at++;
      continue;
    }
    const stop = wordEnd(at, min(end, to + 1)); // the byte at `to` tells whether the word goes on
    if (stop > to || (stop == to && to < end && isOpen(to, end))) {
      setScanNext(at);
      return out;
    }
    lower(at, stop, foldBit);
    store<u32>(out, <u32>(at - from) | (<u32>(stop - from) << 16));
    out += 4;
    at = stop;
  }
  setScanNext(to);
  return out;
}

/** Whether a word that has reached `at` goes on there. */
function isOpen(at: usize, end: usize): bool {
  if (at == end) return false;
  const byte: u32 = load<u8>(at);
  return isPlain(byte) || (byte == 0x27 && at + 1 < end && isPlain(load<u8>(at, 1)));
}

function lower(from: usize, to: usize, foldBit: u32): void {
  for (let at = from; at < to; at++) {
    const byte: u32 = load<u8>(at);
    if ((byte | 0x20) - 0x61 <= 25) store<u8>(at, byte | foldBit);
  }
}

/** End of a word that fills a sub-block; see scan.ts. */
export function scanLongAscii(from: usize, end: usize): usize {
  setScanIsWord(true);
  let at = from;
  while (isOpen(at, end) && goesOn()) at = wordEnd(at, at + min(POLL_BYTES, end - at));
  return at;
}

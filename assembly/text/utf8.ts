import { sequenceLength } from "../blocks/utf8";
import { copyBytes, goesOn, goesOnAfter, POLL_BYTES } from "../memory/runtime";
import { validateBlocks } from "./utf8_simd";

// UTF-8 as the Encoding standard of the web reads it. Bytes that are not well-formed are cut into
// maximal subparts: each is the longest beginning of a well-formed sequence, or else a single byte.
// A decoder replaces each subpart by one U+FFFD.

/** Replacements that the last repairUtf8 of this instance made. */
export let repairCount: u32 = 0;

/** Bytes of U+FFFD, which replaces a maximal subpart of 1 to 3 bytes. */
const REPLACEMENT_BYTES: u32 = 3;

/**
 * Finds the first sequence of a text that is not well-formed.
 *
 * TEXT_PADDING zero bytes must follow the text: the SIMD version reads on into them.
 * Returns the offset of the sequence's first byte, or `bytes` when the whole text is UTF-8.
 */
export function validateUtf8(text: usize, bytes: u32): u32 {
  const end = text + bytes;
  // validateBlocks only finds the block of the first error; validateBytes finds the exact place.
  const from = ASC_FEATURE_SIMD ? validateBlocks(text, end) : text;
  return <u32>(validateBytes(from, end) - text);
}

/** The first ill-formed sequence at or after `at`, a sequence's start; `end` if there is none. */
export function validateBytes(at: usize, end: usize): usize {
  let polled = at;
  while (at < end) {
    if (at - polled >= POLL_BYTES) {
      if (!goesOn()) return end;
      polled = at;
    }
    if (at + 8 <= end && (load<u64>(at) & 0x8080808080808080) == 0) {
      at += 8;
      continue;
    }
    const length = sequenceLength(at, end);
    if (length < 0) return at;
    at += length;
  }
  return end;
}

/**
 * Behind an error the next one is often near. Up to this distance, a search byte by byte is faster.
 */
const NEAR_BYTES: usize = 64;

/** The address of the first ill-formed sequence from `at` on, where one error stands before `at`. */
function nextError(at: usize, end: usize): usize {
  const near = min(at + NEAR_BYTES, end);
  while (at < near) {
    const length = sequenceLength(at, end);
    if (length < 0) return at;
    at += length;
  }
  return at + validateUtf8(at, <u32>(end - at));
}

/** Bytes that repairUtf8 writes for this text; at most three times `bytes`. */
export function repairedLength(text: usize, bytes: u32): u64 {
  let length: u64 = bytes;
  const end = text + bytes;
  let at = text + validateUtf8(text, bytes);
  for (; at < end; at = nextError(at, end)) {
    const subpart = <u32>-sequenceLength(at, end);
    length += REPLACEMENT_BYTES - subpart;
    at += subpart;
    if (!goesOnAfter(REPLACEMENT_BYTES)) break;
  }
  return length;
}

/**
 * Writes the text at `out` with U+FFFD for every maximal subpart, and sets repairCount.
 *
 * `out` has room for repairedLength bytes and does not overlap the text, which TEXT_PADDING zero
 * bytes must follow. Returns the bytes written.
 */
export function repairUtf8(text: usize, bytes: u32, out: usize): u32 {
  const start = out;
  const end = text + bytes;
  let at = text;
  let error = text + validateUtf8(text, bytes);
  repairCount = 0;
  while (true) {
    const valid = error - at;
    if (valid > 0) copyBytes(out, at, valid);
    out += valid;
    at = error;
    if (at == end) return <u32>(out - start);
    store<u16>(out, 0xbfef);
    store<u8>(out, 0xbd, 2);
    out += REPLACEMENT_BYTES;
    at += <u32>-sequenceLength(at, end);
    repairCount++;
    if (!goesOnAfter(REPLACEMENT_BYTES)) return <u32>(out - start);
    error = nextError(at, end);
  }
}

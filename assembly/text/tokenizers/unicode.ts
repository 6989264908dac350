import { OK, OUTPUT_FULL } from "../../layout";
import { lowerLetters } from "../lower_ascii";
import { setScanHasNul, setScanIsWord, setScanNext } from "./scan_state";
import { scanUnicodeSimd } from "./unicode_simd";
import { segmentEnd, segmentIsWord } from "./unicode_segments";

// The `unicode` tokenizer: words of UAX #29, which unicode_segments.ts defines.

/** Pass 0 of the tokenizer `unicode`; see scan.ts. */
export function scanUnicode(from: usize, to: usize, end: usize, list: usize, foldBit: u32): usize {
  if (ASC_FEATURE_SIMD) return scanUnicodeSimd(from, to, end, list, foldBit);
  return scanUnicodePlain(from, to, end, list, foldBit);
}

/** scanUnicode without SIMD: the machine of unicode_segments.ts takes every segment. */
export function scanUnicodePlain(
  from: usize, to: usize, end: usize, list: usize, foldBit: u32,
): usize {
  let p = from;
  let hasNul = false;
  while (p < to) {
    const next = segmentEnd(p, end, to);
    if (next > to) break; // a segment that ends at `to` is complete: segmentEnd has looked beyond `to`
    if (segmentIsWord) {
      if (foldBit) lowerLetters(p, next);
      if (load<u8>(p) == 0) hasNul = true; // only the first character of a word can be NUL
      store<u32>(list, <u32>(p - from) | <u32>(next - from) << 16);
      list += 4;
    }
    p = next;
  }
  setScanHasNul(hasNul);
  setScanNext(p);
  return list;
}

/** The end of the segment of any length that starts at `from`; sets scanIsWord and scanNext. */
export function scanLongUnicode(from: usize, end: usize): usize {
  const next = segmentEnd(from, end, end);
  setScanIsWord(segmentIsWord);
  setScanNext(next);
  return next;
}

/**
 * Writes all boundaries of a text to `out` as u32: how many there are, then the offset of each, 0
 * and `bytes` included (an empty text has none: WB1, WB2). Returns OUTPUT_FULL when that takes more
 * than `outWords` words. No kernel calls this; the tests of word boundaries compile it.
 */
export function segmentUnicode(text: usize, bytes: u32, out: usize, outWords: u32): i32 {
  if (outWords == 0) return OUTPUT_FULL;
  const end = text + bytes;
  let count: u32 = 0;
  for (let p = text; bytes > 0; p = segmentEnd(p, end, end)) {
    if (++count >= outWords) return OUTPUT_FULL;
    store<u32>(out + (<usize>count << 2), <u32>(p - text));
    if (p == end) break;
  }
  store<u32>(out, count);
  return OK;
}

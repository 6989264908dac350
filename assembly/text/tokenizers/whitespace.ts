import { scanWhitespaceSimd } from "./whitespace_simd";
import { goesOnAt } from "../../memory/runtime";
import { spaceLength } from "../../blocks/spaces";
import { setScanHasNul, setScanIsWord, setScanNext } from "./scan_state";

// The `whitespace` tokenizer: words are those of Python's str.split(), the maximal runs of
// everything but U+0009-000D, U+001C-0020, U+0085, U+00A0, U+1680, U+2000-200A, U+2028, U+2029,
// U+202F, U+205F and U+3000.

/** Lists the words of one sub-block; see scan.ts. */
export function scanWhitespace(
  from: usize,
  to: usize,
  end: usize,
  list: usize,
  foldBit: u32,
): usize {
  if (ASC_FEATURE_SIMD) return scanWhitespaceSimd(from, to, end, list, foldBit);
  let start: usize = 0; // of the open word, if there is one
  let hasNul = false;
  let at = from;
  while (at < to) {
    const space = spaceLength(at);
    if (space == 0) {
      if (start == 0) start = at;
      const byte: u32 = load<u8>(at);
      if (byte - 0x41 < 26) store<u8>(at, byte | foldBit);
      if (byte == 0) hasNul = true;
      at++;
    } else {
      if (start != 0) {
        store<u32>(list, <u32>(start - from) | (<u32>(at - from) << 16));
        list += 4;
        start = 0;
      }
      at += space; // it may reach beyond the sub-block
    }
  }
  setScanHasNul(hasNul);
  if (start == 0) {
    setScanNext(at);
  } else if (to < end) {
    setScanNext(start);
  } else {
    store<u32>(list, <u32>(start - from) | (<u32>(to - from) << 16));
    list += 4;
    setScanNext(to);
  }
  return list;
}

/**
 * End of the word, or of the whitespace character, that starts at `from`; sets scanIsWord and
 * scanNext.
 */
export function scanLongWhitespace(from: usize, end: usize): usize {
  const space = spaceLength(from);
  setScanIsWord(space == 0);
  let at = from + space;
  if (space == 0) while (at < end && spaceLength(at) == 0 && goesOnAt(at)) at++;
  setScanNext(at);
  return at;
}

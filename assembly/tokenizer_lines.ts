import { goesOnAt } from "./runtime";
import { scanLinesSimd } from "./tokenizer_lines_simd";
import { setScanHasNul, setScanIsWord, setScanNext } from "./scan_state";

// Words are lines: an LF ends one, and a CR right before the LF is part of that end. An empty
// line is a word of no bytes, whose start is its end. Behind the last LF of the text, at least
// one byte makes a line.

const LF: u32 = 0x0a;
const CR: u8 = 0x0d;

/** Lists the lines of one sub-block; see scan.ts. */
export function scanLines(
  from: usize,
  to: usize,
  end: usize,
  list: usize,
  foldBit: u32,
): usize {
  if (ASC_FEATURE_SIMD) return scanLinesSimd(from, to, end, list, foldBit);
  let start = from;
  let hasNul = false;
  for (let at = from; at < to; at++) {
    const byte: u32 = load<u8>(at);
    if (byte == LF) {
      const lineEnd = at > start && load<u8>(at - 1) == CR ? at - 1 : at;
      store<u32>(list, <u32>(start - from) | (<u32>(lineEnd - from) << 16));
      list += 4;
      start = at + 1;
    } else if (byte - 0x41 < 26) {
      store<u8>(at, byte | foldBit);
    } else if (byte == 0) {
      hasNul = true;
    }
  }
  setScanHasNul(hasNul);
  if (start == to || to < end) {
    setScanNext(start);
    return list;
  }
  store<u32>(list, <u32>(start - from) | (<u32>(to - from) << 16));
  setScanNext(to);
  return list + 4;
}

/** End of the line that starts at `from`; sets scanNext to the start of the line behind it. */
export function scanLongLines(from: usize, end: usize): usize {
  setScanIsWord(true);
  let at = from;
  while (at < end && load<u8>(at) != LF && goesOnAt(at)) at++;
  setScanNext(at < end ? at + 1 : end);
  return at < end && at > from && load<u8>(at - 1) == CR ? at - 1 : at;
}

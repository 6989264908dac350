import { goesOnAt } from "../../memory/runtime";
import { scanLinesSimd } from "./lines_simd";
import { FLAG_KEEP_CR } from "../../layout";
import { setScanHasNul, setScanIsWord, setScanNext } from "./scan_state";

// The `lines` tokenizer: words are lines. An LF ends a line, and a CR right before the LF is part
// of the line end, unless the job keeps it. An empty line is a word of no bytes, whose start is its
// end. Bytes behind the last LF of the text are a line too, if there are any.

const LF: u32 = 0x0a;
const CR: u32 = 0x0d;
/** Equals no byte. */
const NONE: u32 = 0x100;

/** The byte that is part of the line end when it stands before the LF; startLines sets it. */
export let lineEndByte: u32 = CR;

/** Reads the job's options, once for each chunk. */
export function startLines(flags: u32): void {
  lineEndByte = flags & FLAG_KEEP_CR ? NONE : CR;
}

/** Lists the lines of one sub-block; see scan.ts. */
export function scanLines(
  from: usize,
  to: usize,
  end: usize,
  list: usize,
  foldBit: u32,
): usize {
  if (ASC_FEATURE_SIMD) return scanLinesSimd(from, to, end, list, foldBit, lineEndByte);
  let start = from;
  let hasNul = false;
  for (let at = from; at < to; at++) {
    const byte: u32 = load<u8>(at);
    if (byte == LF) {
      const lineEnd = at > start && <u32>load<u8>(at - 1) == lineEndByte ? at - 1 : at;
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
  return at < end && at > from && <u32>load<u8>(at - 1) == lineEndByte ? at - 1 : at;
}

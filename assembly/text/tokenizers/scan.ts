import {
  FLAG_FOLD,
  TOKENIZER_ASCII,
  TOKENIZER_KEYS,
  TOKENIZER_LINES,
  TOKENIZER_WHITESPACE,
} from "../../layout";
import { scanAscii, scanLongAscii } from "./ascii";
import { scanKeys, scanLongKeys } from "./keys";
import { scanLines, scanLongLines } from "./lines";
import { scanLongUnicode, scanUnicode } from "./unicode";
import { scanLongWhitespace, scanWhitespace } from "./whitespace";

// Pass 0, by tokenizer. The text is [from, end); the sub-block ends at `to`, which is SUB_BLOCK
// bytes on or `end`. A scanner writes a u32 for each word at `list`: low half the start, high half
// the end, as offsets from `from`; and returns the end of the list.
//
// 1. Words are listed in their order and only when complete. What is open at `to` is left to the
//    next sub-block, which starts at scanNext.
// 2. If that would be `from` itself, the list is empty: scanLong finds the end of the word, or of
//    what is no word, that fills the sub-block.
// 3. ASCII letters are or-ed with foldBit in place. Doing so again changes nothing, so a text can
//    be scanned again after a call that ended early. What scanLong found is lower-cased by its
//    caller.
// 4. Up to 64 bytes beyond `to` are read, and written with what was read.

/** 0x20 when the scanner has to lower-case ASCII letters, else 0. */
// @ts-ignore: decorator
@inline
export function foldBitOf(flags: u32): u32 {
  return flags & FLAG_FOLD ? 0x20 : 0;
}

export function scan(
  tokenizer: u32,
  from: usize,
  to: usize,
  end: usize,
  list: usize,
  foldBit: u32,
): usize {
  switch (tokenizer) {
    case TOKENIZER_ASCII: return scanAscii(from, to, end, list, foldBit);
    case TOKENIZER_WHITESPACE: return scanWhitespace(from, to, end, list, foldBit);
    case TOKENIZER_LINES: return scanLines(from, to, end, list, foldBit);
    case TOKENIZER_KEYS: return scanKeys(from, to, end, list);
    default: return scanUnicode(from, to, end, list, foldBit);
  }
}

/** End of the word, or other segment, that starts at `from`; sets scanIsWord. */
export function scanLong(tokenizer: u32, from: usize, end: usize): usize {
  switch (tokenizer) {
    case TOKENIZER_ASCII: return scanLongAscii(from, end);
    case TOKENIZER_WHITESPACE: return scanLongWhitespace(from, end);
    case TOKENIZER_LINES: return scanLongLines(from, end);
    case TOKENIZER_KEYS: return scanLongKeys(from);
    default: return scanLongUnicode(from, end);
  }
}

import { FLAG_FOLD, TOKENIZER_KEYS, TOKENIZER_VALUES } from "../../layout";
import { scanKeys, scanLongKeys } from "./keys";
import { scanLongText, scanText } from "./scan_text";
import { scanLongValues, scanValues } from "./values";

// Pass 0 finds the words of a sub-block; each tokenizer has a scanner. The text is [from, end), and
// the sub-block ends at `to`: SUB_BLOCK bytes behind `from`, or at `end`. A scanner writes a u32
// for each word at `list`, as offsets from `from`, the start in the low half and the end in the
// high half. It returns the end of the list.
//
// 1. A scanner lists words in their order and only when they are complete. It leaves a word that is
//    open at `to` to the next sub-block, which starts at scanNext.
// 2. If a word, or a stretch without words, fills the sub-block, the list is empty and scanNext is
//    `from`. Then scanLong finds the end of that word or stretch.
// 3. A scanner or-s ASCII letters with foldBit in place. Doing so again changes nothing, so a text
//    can be scanned again after a call that ended early. The caller of scanLong lower-cases what it
//    finds.
// 4. A scanner may read up to 64 bytes beyond `to`, and write them back, lower-cased or as they
//    were.

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
    case TOKENIZER_KEYS: return scanKeys(from, to, end, list);
    case TOKENIZER_VALUES: return scanValues(from, to, list);
    default: return scanText(tokenizer, from, to, end, list, foldBit);
  }
}

/** End of the word, or other segment, that starts at `from`; sets scanIsWord. */
export function scanLong(tokenizer: u32, from: usize, end: usize): usize {
  switch (tokenizer) {
    case TOKENIZER_KEYS: return scanLongKeys(from);
    case TOKENIZER_VALUES: return scanLongValues(from);
    default: return scanLongText(tokenizer, from, end);
  }
}

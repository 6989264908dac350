import { charBytes } from "../code_points";
import { goesOn, goesOnAfter, POLL_BYTES } from "../../memory/runtime";
import {
  WB_ALETTER, WB_CLASS, WB_CR, WB_DOUBLE_QUOTE, WB_EXTEND, WB_EXTENDNUMLET, WB_HEBREW_LETTER,
  WB_KATAKANA, WB_MIDLETTER, WB_MIDNUM, WB_MIDNUMLET, WB_NEWLINE, WB_NUMERIC,
  WB_PICTOGRAPHIC, WB_REGIONAL_INDICATOR, WB_SINGLE_QUOTE, WB_WORD, WB_WSEGSPACE, WB_ZWJ,
  wordBreak,
} from "../../generated/word_break";

// Words of the default word boundaries of UAX #29 (Unicode 17, no tailoring). A segment between
// two boundaries is a word when it holds a code point that is Alphabetic or a number.
//
// The machine below takes one segment at a time. That is exact, because no rule that keeps two
// characters together looks left across an earlier boundary. Texts must be valid UTF-8.

/** Whether the segment that segmentEnd found last is a word; segmentEnd sets it. */
export let segmentIsWord: bool = false;

// What `left` can be beside a class: a pair of regional indicators (WB15, WB16), which joins no
// third one, and a quote that WB7a has joined to Hebrew.
const PAIR: u32 = 32;
const QUOTE_AFTER_HEBREW: u32 = 33;

/** The byte of the table word_break for the character at `p`, which takes `bytes` bytes. */
// @ts-ignore: decorator
@inline
export function breakByteAt(p: usize, bytes: u32): u32 {
  const lead = <u32>load<u8>(p);
  if (bytes == 1) return wordBreak(lead);
  const second = <u32>load<u8>(p, 1) & 0x3f;
  if (bytes == 2) return wordBreak((lead & 0x1f) << 6 | second);
  const third = <u32>load<u8>(p, 2) & 0x3f;
  if (bytes == 3) return wordBreak((lead & 0x0f) << 12 | second << 6 | third);
  return wordBreak((lead & 0x07) << 18 | second << 12 | third << 6 | (<u32>load<u8>(p, 3) & 0x3f));
}

/** Extend, Format and ZWJ, which WB4 makes part of the character before them. */
// @ts-ignore: decorator
@inline
export function isIgnored(kind: u32): bool {
  return kind - WB_EXTEND <= WB_ZWJ - WB_EXTEND;
}

/** CR, LF and Newline, which stand alone. */
// @ts-ignore: decorator
@inline
export function isNewline(kind: u32): bool {
  return kind - WB_CR <= WB_NEWLINE - WB_CR;
}

// @ts-ignore: decorator
@inline
function isLetter(kind: u32): bool {
  return kind - WB_ALETTER <= WB_HEBREW_LETTER - WB_ALETTER;
}

// Sets of classes: bit n is the class n.
const MID_LETTER: u64 = 1 << WB_MIDLETTER | 1 << WB_MIDNUMLET | 1 << WB_SINGLE_QUOTE;
const MID_NUM: u64 = 1 << WB_MIDNUM | 1 << WB_MIDNUMLET | 1 << WB_SINGLE_QUOTE;
const LETTERS: u64 = 1 << WB_ALETTER | 1 << WB_HEBREW_LETTER;
const LETTERS_NUMERIC: u64 = LETTERS | 1 << WB_NUMERIC;
const JOINED_BY_LOW_LINE: u64 = LETTERS_NUMERIC | 1 << WB_KATAKANA;

// @ts-ignore: decorator
@inline
function has(set: u64, kind: u32): bool {
  return <bool>(set >>> kind & 1);
}

/** The rules of two characters: WB5, WB8 to WB10, WB13, WB13a, WB13b, WB15; WB7 after WB7a. */
function joins(left: u32, right: u32): bool {
  if (isLetter(left) || left == WB_NUMERIC) {
    return has(LETTERS_NUMERIC | 1 << WB_EXTENDNUMLET, right);
  }
  if (left == WB_EXTENDNUMLET) return has(JOINED_BY_LOW_LINE | 1 << WB_EXTENDNUMLET, right);
  if (left == WB_KATAKANA) return right == WB_KATAKANA || right == WB_EXTENDNUMLET;
  if (left == WB_REGIONAL_INDICATOR) return right == WB_REGIONAL_INDICATOR;
  if (left == QUOTE_AFTER_HEBREW) return isLetter(right);
  return false;
}

/** WB6, WB7b, WB12: the classes one of which must follow `middle` for it to join `left`. */
function wantedAfter(left: u32, middle: u32): u64 {
  if (isLetter(left) && has(MID_LETTER, middle)) return LETTERS;
  if (left == WB_HEBREW_LETTER && middle == WB_DOUBLE_QUOTE) return 1 << WB_HEBREW_LETTER;
  if (left == WB_NUMERIC && has(MID_NUM, middle)) return 1 << WB_NUMERIC;
  return 0;
}

/** WB_WORD of the characters that skipIgnored has skipped, since some Extend are Alphabetic. */
let skipped: u32 = 0;

/** The first character at or after `p` that WB4 does not ignore, or `end`; sets `skipped`. */
function skipIgnored(p: usize, end: usize): usize {
  skipped = 0;
  let poll = p + POLL_BYTES;
  while (p < end) {
    const bytes = charBytes(load<u8>(p));
    const byte = breakByteAt(p, bytes);
    if (!isIgnored(byte & WB_CLASS)) break;
    skipped |= byte;
    p += bytes;
    if (p >= poll) {
      if (!goesOn()) break;
      poll = p + POLL_BYTES;
    }
  }
  return p;
}

/** Behind a segment's first character, `left`, at `p`: past the LF or the spaces it keeps. */
function endOfRow(left: u32, p: usize, end: usize, limit: usize): usize {
  if (left == WB_CR) return p < end && load<u8>(p) == 0x0a ? p + 1 : p; // WB3
  if (left != WB_WSEGSPACE) return p;
  while (p < end && p <= limit) { // WB3d
    if (!goesOnAfter(1)) break;
    const bytes = charBytes(load<u8>(p));
    if ((breakByteAt(p, bytes) & WB_CLASS) != WB_WSEGSPACE) break;
    p += bytes;
  }
  return p;
}

/**
 * The end of the segment that starts at `p`, a boundary before `end`; sets segmentIsWord. Never
 * looks behind `end`. For a segment that passes `limit`, returns some place behind `limit`.
 */
export function segmentEnd(p: usize, end: usize, limit: usize): usize {
  let bytes = charBytes(load<u8>(p));
  let byte = breakByteAt(p, bytes);
  let seen = byte; // WB_WORD of all its characters
  let left = byte & WB_CLASS;
  let afterJoiner = left == WB_ZWJ;
  p = endOfRow(left, p + bytes, end, limit);
  if (isNewline(left)) end = p; // WB3a
  let poll = p + POLL_BYTES;
  while (p < end && p <= limit) {
    if (p >= poll) {
      if (!goesOn()) break;
      poll = p + POLL_BYTES;
    }
    bytes = charBytes(load<u8>(p));
    byte = breakByteAt(p, bytes);
    const right = byte & WB_CLASS;
    if (isIgnored(right)) { // WB4: what stands left stays
      afterJoiner = right == WB_ZWJ;
    } else {
      if (afterJoiner && byte & WB_PICTOGRAPHIC) left = right; // WB3c
      else if (joins(left, right)) left = left == WB_REGIONAL_INDICATOR ? PAIR : right;
      else {
        const wanted = wantedAfter(left, right);
        if (wanted == 0) break; // WB999
        const next = skipIgnored(p + bytes, end);
        const nextByte = next < end ? breakByteAt(next, charBytes(load<u8>(next))) : 0;
        if (has(wanted, nextByte & WB_CLASS)) { // WB6, WB7, WB7b, WB7c, WB11, WB12
          seen |= skipped;
          p = next;
          bytes = charBytes(load<u8>(p));
          byte = nextByte;
          left = nextByte & WB_CLASS;
        } else if (left == WB_HEBREW_LETTER && right == WB_SINGLE_QUOTE) { // WB7a
          left = QUOTE_AFTER_HEBREW;
        } else break;
      }
      afterJoiner = false;
    }
    seen |= byte;
    p += bytes;
  }
  segmentIsWord = (seen & WB_WORD) != 0;
  return p;
}

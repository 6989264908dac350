import { STEP } from "../../blocks/edges_simd";
import { gather, maskEqual } from "./masks_simd";
import {
  attachIgnored, hebrew, ignored, ignoredWords, joiners, katakana, leads, letterMarks,
  letters, lowLines, marks, numeric, numericMarks, pictographs, singles, sortAscii,
  sortMarks, sortWide, threeBytes, weak, wideLetterMarks, wideNumericMarks,
} from "./unicode_block_simd";
import { KIND_HIGH, KIND_LOW_LINE, KIND_WORD, KINDS } from "./unicode_marks";
import {
  at, base, carry, CARRY_HEBREW, CARRY_KATAKANA, CARRY_LETTER, CARRY_LOW_LINE, CARRY_NUMERIC,
  CARRY_SINGLE, closeWord, floor, moveTo, open, out, setFloor,
} from "./unicode_walk";
import { scanScripts } from "./unicode_scripts_simd";
import { writeWords } from "./write_words_simd";

// Finds words in blocks of text beyond ASCII. Each block ends behind a whole character, so no block
// has to deal with half a character of its neighbours. It knows of the text before it only the
// classes of the last character, one bit for each.
//
//   words  = letters | numeric | low lines | katakana | singles | marks joined on both sides
//   breaks = places within a run of those where words meet: around singles, katakana by letters
//   starts = words & (~(words << 1) | breaks)
//   ends   = words << 1 & (~words | breaks)
//
// A character that WB4 ignores takes the class of the character before it. If that one is no part
// of a word, or if a joiner may hold on to a pictograph, the place is undecided. Then the block
// ends before it, and the machine goes on from the last sure boundary.

/** Blocks with so few bytes beyond ASCII are tried as plain ones first. */
const FEW: u64 = 6;
/** Bytes that scanScripts is not asked to take behind a block that it has not taken. */
const PAUSE: usize = 256;

// Of the block in hand: settle sets them, and listWords adds to undecided.
let joined: u64 = 0;
let breaks: u64 = 0;
let leftJoined: u64 = 0;
let wideLeftJoined: u64 = 0;
let undecided: u64 = 0;

/**
 * Takes blocks, at least one, many of them by scanScripts, until a block looks plain, or until the
 * masks cannot decide a place. Returns 0; or the address that the machine has to pass; or `at` when
 * nothing more can be decided before `to`.
 */
export function scanMixed(to: usize, end: usize, foldBit: u32): usize {
  const entry = at;
  let resume = entry;
  do {
    if (at >= resume) {
      const from = at;
      scanScripts(to, foldBit, carriedTo(from));
      if (at == from) resume = from + PAUSE;
    }
    const p = at;
    const room = min<usize>(64, to - p);
    const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48);
    const high = gather(a, b, c, d);
    if (popcnt(high) <= FEW && room == 64 && p != entry) {
      if (leaveToPlain()) return 0;
    }
    let size = <u64>room;
    let valid = <u64>-1 >>> (64 - size);
    let firsts: u64 = 0, rest: u64 = 0;
    if (high) {
      const least = i8x16.splat(-64); // 0xc0: the bytes 80 to BF continue a character
      rest = gather(
        i8x16.lt_s(a, least), i8x16.lt_s(b, least), i8x16.lt_s(c, least), i8x16.lt_s(d, least),
      );
      firsts = valid & high & ~rest;
      if (p + room < end && load<i8>(p + room) < -64) { // the last character is not whole
        size = 63 - clz(firsts);
        if (size == 0) return p;
        valid = (<u64>1 << size) - 1;
        firsts &= valid;
      }
    }
    sortAscii(p, valid, foldBit);
    sortWide(p, firsts, rest & valid);
    settle(p, size, valid, carriedTo(p));
    size = listWords(p, decidedSize(size, p, end), end);
    if (undecided) return p + <usize>ctz(undecided) + 1;
    if (size == 0) return p;
  } while (at < to);
  return 0;
}

/**
 * Prepares for scanPlain. Returns false if the next character may join one that scanPlain does not
 * know.
 */
function leaveToPlain(): bool {
  const byte = load<u8>(at);
  if (byte >= 0x80 || byte == 0x5f) {
    return (carry & (CARRY_HEBREW | CARRY_SINGLE | CARRY_KATAKANA)) == 0;
  }
  if (carry & CARRY_HEBREW && (byte == 0x27 || byte == 0x22)) return false;
  if (open && carry & (CARRY_SINGLE | CARRY_KATAKANA)) { // no other ASCII joins these
    closeWord();
    setFloor(at);
  }
  return true;
}

/** The classes, as CARRY_*, of the character before `p`. */
function carriedTo(p: usize): u32 {
  if (p == floor) return 0;
  const kind = <u32>load<u8>(KINDS + load<u8>(p - 1));
  if (kind & KIND_HIGH) return carry;
  return (kind & KIND_WORD) | (kind & KIND_LOW_LINE ? CARRY_LOW_LINE : 0);
}

/** Sets which marks join and where words break in the `size` bytes at `p`, and what is undecided. */
function settle(p: usize, size: u64, valid: u64, carried: u32): void {
  const singleStarts = singles & leads;
  undecided = 0;
  if (ignored) {
    attachIgnored(carried);
    const words = letters | numeric | lowLines | singles | katakana;
    undecided = ignoredWords & ~words;
    // WB3c: a joiner holds a pictograph to any character before it.
    undecided |= joiners & (singles | katakana) | pictographs & joiners << 1 |
      (joiners & words) << 1 & ~ignored & ~letters & valid;
    if (joiners >>> (size - 1) & 1) undecided |= <u64>1 << (size - 3);
  }
  const letterLeft = letters << 1 | <u64>(carried & CARRY_LETTER);
  const numericLeft = numeric << 1 | <u64>(carried & CARRY_NUMERIC) >> 1;
  leftJoined = marks & (letterLeft | numericLeft);
  joined = 0;
  if (leftJoined & (letters | numeric) >>> 1) {
    sortMarks(p);
    joined = letterMarks & letterLeft & letters >>> 1 | numericMarks & numericLeft & numeric >>> 1;
  }
  breaks = 0;
  wideLeftJoined = wideLetterMarks & letterLeft | wideNumericMarks & numericLeft;
  if (wideLeftJoined) joinWideMarks(letterLeft, numericLeft);
  if (hebrew | carried & CARRY_HEBREW) joinHebrew(p, valid, carried);
  if (ignored) { // an ignored character may stand between a mark and the letter that it needs
    undecided |= ignored & (leftJoined << 1 | (wideLeftJoined & ~threeBytes) << 2 |
      (wideLeftJoined & threeBytes) << 3);
  }
  if (katakana | carried & CARRY_KATAKANA) {
    const katakanaLeft = katakana << 1 | <u64>(carried & CARRY_KATAKANA) >> 4;
    breaks |= katakana & (letterLeft | numericLeft) | (letters | numeric) & katakanaLeft;
  }
  if (singles | carried & CARRY_SINGLE) {
    breaks |= singleStarts | (singles << 1 | <u64>(carried & CARRY_SINGLE) >> 3) & ~singles;
  }
}

/** WB6, WB7, WB11, WB12 for marks of two or three bytes. */
function joinWideMarks(letterLeft: u64, numericLeft: u64): void {
  const ofLetters = wideLetterMarks & letterLeft, ofDigits = wideNumericMarks & numericLeft;
  const three = (ofLetters & letters >>> 3 | ofDigits & numeric >>> 3) & threeBytes;
  const two = (ofLetters & letters >>> 2 | ofDigits & numeric >>> 2) & ~threeBytes;
  joined |= three | three << 1 | three << 2 | two | two << 1;
}

function joinHebrew(p: usize, valid: u64, carried: u32): void {
  const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48);
  const hebrewLeft = (hebrew << 1 | <u64>(carried & CARRY_HEBREW) >> 5) & valid;
  const quotes = maskEqual(a, b, c, d, 0x27) & hebrewLeft;
  joined |= quotes; // WB7a; behind the quote, only letters go on with the word
  breaks |= quotes << 1 & ~letters;
  const doubles = maskEqual(a, b, c, d, 0x22) & hebrewLeft;
  joined |= doubles & hebrew >>> 1; // WB7b, WB7c
  leftJoined |= doubles;
}

/**
 * How many of `size` bytes are decided: up to an undecided place, or a mark at the end that may yet
 * join.
 */
function decidedSize(size: u64, p: usize, end: usize): u64 {
  if (undecided) size = ctz(undecided);
  if (size == 0 || p + <usize>size == end) return size;
  const left = 64 - size;
  if (<i64>(leftJoined << left) < 0) return size - 1;
  if (<i64>((wideLeftJoined & ~threeBytes) << left << 1) < 0) return size - 2;
  if (<i64>((wideLeftJoined & threeBytes) << left << 2) < 0) return size - 3;
  return size;
}

/**
 * Lists the words of the first `size` bytes and moves behind these; returns how many bytes it took.
 */
function listWords(p: usize, size: u64, end: usize): u64 {
  let valid = size == 64 ? <u64>-1 : (<u64>1 << size) - 1;
  let words = (letters | numeric | lowLines | singles | katakana | joined) & valid;
  const left = words << 1 | open;
  let starts = words & (~left | breaks);
  let ends = left & (~words | breaks) & valid;
  const hollow = (weak | joined) & words; // low lines and their like make no word
  for (let some = starts & hollow; some; some &= some - 1) {
    const first = some & (0 - some);
    const later = ends & ~(first | first - 1);
    const last = later & (0 - later); // 0 when the segment is still open
    const span = last - first & valid;
    if (words & ~hollow & span) continue;
    if (last || p + <usize>size == end) {
      starts ^= first;
      ends ^= last;
      words &= ~span;
    } else { // the segment may yet become a word: leave it to the next block, or to the machine
      size = ctz(first);
      setFloor(p + <usize>size);
      if (size == 0) undecided |= 1;
      valid = first - 1;
      starts &= valid;
      words &= ~((ends & first) >>> 1); // an open word ends there
      ends &= valid | first;
      break;
    }
  }
  if (size) finishBlock(p, size, starts, ends, words);
  return size;
}

function finishBlock(p: usize, size: u64, starts: u64, ends: u64, words: u64): void {
  const top = size - 1;
  const nextCarry = letters >>> top & 1 | (numeric >>> top & 1) << 1 | (lowLines >>> top & 1) << 2 |
    (singles >>> top & 1) << 3 | (katakana >>> top & 1) << 4 | (hebrew >>> top & 1) << 5;
  const list = writeWords(starts, ends, <u32>(p - base), v128.load(STEP), out);
  moveTo(p + <usize>size, list, words >>> top & 1, <u32>nextCarry);
}

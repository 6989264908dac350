import { wordBreak } from "../../generated/word_break";
import { digitMask, letterMask } from "./letter_masks_simd";
import { gather, spread } from "./masks_simd";
import { agreeing, idleLeads, ideographsOf, lettersOf, sortLeads } from "./unicode_leads_simd";

// The characters of one block of up to 64 bytes, sorted by class into masks of 64 bits. A mask has
// a bit for every byte of its characters, or for their first bytes where the mask says so.
//
//   sortAscii      begins a block: sorts its ASCII bytes, and clears the masks of all others
//   sortWide       adds the characters beyond ASCII:
//                    if there are more than MANY, sortByLeads sorts those whose lead byte tells
//                    their class, 16 bytes to an instruction
//                    the table word_break has the class of each of the others
//   attachIgnored  WB4: extends each class over the ignored characters behind its own
//   sortMarks      where a mark may join: which marks join letters, and which join digits
//
// The masks are globals of the instance and hold until the next block. Only these four functions
// set them. unicode_mixed_simd.ts calls them in this order, and reads the masks.

export let letters: u64 = 0; // ALetter and Hebrew_Letter
export let numeric: u64 = 0;
export let lowLines: u64 = 0; // ExtendNumLet
export let katakana: u64 = 0;
export let singles: u64 = 0; // Other that are words: ideographs, hiragana, Thai
export let hebrew: u64 = 0; // those of the letters
export let pictographs: u64 = 0; // those of the letters that are Extended_Pictographic
export let weak: u64 = 0; // those of all the above that make no word
export let ignored: u64 = 0; // Extend, Format and ZWJ
export let ignoredWords: u64 = 0; // those of them that make a word
export let joiners: u64 = 0; // those of them that are ZWJ
/** The ASCII marks ' , . : ; and, once sortMarks has run, those that join letters, or digits. */
export let marks: u64 = 0;
export let letterMarks: u64 = 0;
export let numericMarks: u64 = 0;
/** First bytes of such marks beyond ASCII, and of those which have three bytes, not two. */
export let wideLetterMarks: u64 = 0;
export let wideNumericMarks: u64 = 0;
export let threeBytes: u64 = 0;
/** First bytes of characters beyond ASCII. */
export let leads: u64 = 0;

// What a character is: below HEBREW, bits that may go together; from HEBREW on, one kind.
export const LETTER: u32 = 1;
export const ANY_MARK: u32 = 6; // of letters, of digits, or of both
export const SINGLE: u32 = 8;
const HEBREW: u32 = 64;
const NUMERIC: u32 = 65;
const KATAKANA: u32 = 66;
const LOW_LINE: u32 = 67;
const JOINER: u32 = 68;
const PICTOGRAPH: u32 = 69;
const WEAK_LETTER: u32 = 70;
const WEAK_NUMERIC: u32 = 71;
/**
 * u8 for each byte of word_break: one of the above, or WEAK_KATAKANA (72), or bits: 1 letter,
 * 2 mark of letters, 4 mark of digits, 8 single, 16 ignored, 32 ignored that makes a word.
 */
// prettier-ignore
const SORTS = memory.data<u8>([
  0, 0, 0, 0, 16, 16, 68, 0, 0, 70, 64, 71, 67, 72, 2, 4,
  6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 16, 16, 68, 0, 0, 70, 64, 71, 67, 72, 2, 4,
  6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  8, 8, 8, 8, 48, 48, 68, 8, 8, 1, 64, 65, 67, 66, 2, 4,
  6, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
  8, 8, 8, 8, 48, 48, 68, 8, 8, 69, 64, 65, 67, 66, 2, 4,
  6, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
], 16);

// prettier-ignore
const CONSTANTS = memory.data<u8>([
  // CASE, TO_LETTER, LETTERS, TO_DIGIT, DIGITS, derived in letter_masks_simd.ts
  0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
  0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f,
  0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a,
  0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50,
  0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a,
  // NIBBLE
  0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f,
  // MARKS (' , . : ;), LETTER_MARKS (' . :) and NUMERIC_MARKS (' , . ;): at each low nibble, the
  // mark that has it. Where no mark has it, a byte with another low nibble, so that no byte
  // matches.
  0xff, 0, 0, 0, 0, 0, 0, 0x27, 0, 0, 0x3a, 0x3b, 0x2c, 0, 0x2e, 0,
  0xff, 0, 0, 0, 0, 0, 0, 0x27, 0, 0, 0x3a, 0, 0, 0, 0x2e, 0,
  0xff, 0, 0, 0, 0, 0, 0, 0x27, 0, 0, 0, 0x3b, 0x2c, 0, 0x2e, 0,
], 16);

/** How many characters beyond ASCII a block must have for SIMD to sort them. */
const MANY: u64 = 4;

/** Sorts the `valid` ASCII bytes of the 64 at `p`, and or-s the letters of all 64 with foldBit. */
export function sortAscii(p: usize, valid: u64, foldBit: u32): void {
  const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48);
  const caseBit = v128.load(CONSTANTS), toLetter = v128.load(CONSTANTS, 16);
  const lettersBelow = v128.load(CONSTANTS, 32);
  const la = letterMask(a, caseBit, toLetter, lettersBelow);
  const lb = letterMask(b, caseBit, toLetter, lettersBelow);
  const lc = letterMask(c, caseBit, toLetter, lettersBelow);
  const ld = letterMask(d, caseBit, toLetter, lettersBelow);
  letters = gather(la, lb, lc, ld) & valid;
  if (letters) { // a needless store would delay the loads of the next block, which may overlap this one
    const fold = i8x16.splat(<i8>foldBit);
    v128.store(p, v128.or(a, v128.and(la, fold)));
    v128.store(p, v128.or(b, v128.and(lb, fold)), 16);
    v128.store(p, v128.or(c, v128.and(lc, fold)), 32);
    v128.store(p, v128.or(d, v128.and(ld, fold)), 48);
  }
  const toDigit = v128.load(CONSTANTS, 48), digitsBelow = v128.load(CONSTANTS, 64);
  numeric = valid & gather(
    digitMask(a, toDigit, digitsBelow), digitMask(b, toDigit, digitsBelow),
    digitMask(c, toDigit, digitsBelow), digitMask(d, toDigit, digitsBelow),
  );
  marks = gatherMarks(a, b, c, d, v128.load(CONSTANTS, 96)) & valid;
  const lowLine = i8x16.splat(0x5f);
  const ua = i8x16.eq(a, lowLine), ub = i8x16.eq(b, lowLine);
  const uc = i8x16.eq(c, lowLine), ud = i8x16.eq(d, lowLine);
  const some = v128.any_true(v128.or(v128.or(ua, ub), v128.or(uc, ud)));
  lowLines = weak = some ? gather(ua, ub, uc, ud) & valid : 0;
  katakana = singles = hebrew = pictographs = ignored = ignoredWords = joiners = 0;
  wideLetterMarks = wideNumericMarks = threeBytes = 0;
}

/** Sorts the marks of the block at `p`. Called only if one may join, which is rare. */
export function sortMarks(p: usize): void {
  const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48);
  letterMarks = marks & gatherMarks(a, b, c, d, v128.load(CONSTANTS, 112));
  numericMarks = marks & gatherMarks(a, b, c, d, v128.load(CONSTANTS, 128));
}

// @ts-ignore: decorator
@inline
function gatherMarks(a: v128, b: v128, c: v128, d: v128, wanted: v128): u64 {
  const nibble = v128.load(CONSTANTS, 80);
  return gather(
    i8x16.eq(a, i8x16.swizzle(wanted, v128.and(a, nibble))),
    i8x16.eq(b, i8x16.swizzle(wanted, v128.and(b, nibble))),
    i8x16.eq(c, i8x16.swizzle(wanted, v128.and(c, nibble))),
    i8x16.eq(d, i8x16.swizzle(wanted, v128.and(d, nibble))),
  );
}

/**
 * Sorts the characters beyond ASCII that start at `firstBytes`, all of them whole, and go on at
 * `continuing`.
 */
export function sortWide(p: usize, firstBytes: u64, continuing: u64): void {
  leads = firstBytes;
  let rest = firstBytes;
  if (popcnt(rest) > MANY) rest = sortByLeads(p, rest, continuing);
  for (; rest; rest &= rest - 1) {
    const bit = ctz(rest);
    const chars = load<u32>(p + <usize>bit);
    const bytes = bytesOf(chars);
    const sort = sortOf(chars, bytes);
    const first = <u64>1 << bit;
    const bits = (first << bytes) - first;
    if (sort == LETTER) {
      letters |= bits;
    } else if (sort < HEBREW) { // without branches, since the next character is hard to predict
      wideLetterMarks |= first & (0 - <u64>(sort >> 1 & 1));
      wideNumericMarks |= first & (0 - <u64>(sort >> 2 & 1));
      threeBytes |= first & (0 - <u64>(bytes == 3));
      singles |= bits & (0 - <u64>(sort >> 3 & 1));
      ignored |= bits & (0 - <u64>(sort >> 4 & 1));
      ignoredWords |= bits & (0 - <u64>(sort >> 5 & 1));
    } else if (sort == HEBREW) {
      letters |= bits;
      hebrew |= bits;
    } else if (sort == KATAKANA) {
      katakana |= bits;
    } else {
      addRare(sort, bits);
    }
  }
}

/** How many bytes a character beyond ASCII has that `chars` begins with: the lead's leading ones. */
// @ts-ignore: decorator
@inline
export function bytesOf(chars: u32): u32 {
  return clz<u32>(~(chars << 24));
}

/** What the character is whose `bytes` bytes are the low ones of `chars`: one of SORTS. */
// @ts-ignore: decorator
@inline
export function sortOf(chars: u32, bytes: u32): u32 {
  return <u32>load<u8>(SORTS + wordBreak(decode(chars, bytes)));
}

/** The code point of a sequence of two to four bytes: the low ones of `chars`. */
// @ts-ignore: decorator
@inline
function decode(chars: u32, bytes: u32): u32 {
  const four = (chars & (0x7f >>> bytes)) << 18 | (chars >>> 8 & 0x3f) << 12 |
    (chars >>> 16 & 0x3f) << 6 | chars >>> 24 & 0x3f;
  return four >>> (24 - 6 * bytes);
}

function addRare(sort: u32, bits: u64): void {
  switch (sort) {
    case NUMERIC: { numeric |= bits; return; }
    case LOW_LINE: { lowLines |= bits; break; }
    case JOINER: { joiners |= bits; ignored |= bits; return; }
    case PICTOGRAPH: { letters |= bits; pictographs |= bits; return; }
    case WEAK_LETTER: { letters |= bits; break; }
    case WEAK_NUMERIC: { numeric |= bits; break; }
    default: katakana |= bits;
  }
  weak |= bits;
}

/** Sorts the characters whose leads tell their class; returns the first bytes of the others. */
function sortByLeads(p: usize, firstBytes: u64, continuing: u64): u64 {
  const v0 = v128.load(p), v1 = v128.load(p, 16), v2 = v128.load(p, 32), v3 = v128.load(p, 48);
  const s0 = agreeing(sortLeads(v0), v0, p), s1 = agreeing(sortLeads(v1), v1, p + 16);
  const s2 = agreeing(sortLeads(v2), v2, p + 32), s3 = agreeing(sortLeads(v3), v3, p + 48);
  const ofLetters = firstBytes & gather(lettersOf(s0), lettersOf(s1), lettersOf(s2), lettersOf(s3));
  letters |= spread(ofLetters, continuing, 0);
  const ideographs = firstBytes &
    gather(ideographsOf(s0), ideographsOf(s1), ideographsOf(s2), ideographsOf(s3));
  if (ideographs == 0) return firstBytes ^ ofLetters;
  singles = spread(ideographs, continuing, 0);
  // Characters that are no words need no mask; nor do marks behind an ideograph, where none joins.
  const idle = firstBytes & singles << 1 & idleLeads(p, v0, v1, v2, v3);
  return firstBytes ^ (ofLetters | ideographs | idle);
}

/**
 * WB4: gives each ignored character the class of the character before it. `carried` (CARRY_*) has
 * the class of the character before the block.
 */
export function attachIgnored(carried: u32): void {
  letters = spread(letters, ignored, carried & 1);
  numeric = spread(numeric, ignored, carried >> 1 & 1);
  lowLines = spread(lowLines, ignored, carried >> 2 & 1);
  singles = spread(singles, ignored, carried >> 3 & 1);
  katakana = spread(katakana, ignored, carried >> 4 & 1);
  hebrew = spread(hebrew, ignored, carried >> 5 & 1);
  weak |= ignored & ~ignoredWords;
}

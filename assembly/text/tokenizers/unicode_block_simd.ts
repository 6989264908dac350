import { wordBreak } from "../../generated/word_break";
import { digitMask, letterMask } from "./letter_masks_simd";

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
const LETTER: u32 = 1;
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

// Most lead bytes of common scripts tell the class of their characters alone. The class of a lead
// is the entry of its low nibble & the entry of its high nibble:
//
//   0x80  letters of two bytes, if the second byte agrees   C3 to CA, CE, CF   Latin, Greek
//   0x10  letters of two bytes                              D0, D1, D3, DA     Cyrillic, Arabic
//   0x40  ideographs, if the second byte agrees             E4 to E9           U+4000 to U+9FFF
//   0x20  letters of three bytes                            EB, EC             Hangul
//
// Every other lead has 0: its characters are of several classes, and the table word_break decides.
// prettier-ignore
const LEAD_CONSTANTS = memory.data<u8>([
  // At 0, by the low nibble.
  0x10, 0x10, 0, 0x90, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0x90, 0x20, 0x20, 0, 0x80, 0x80,
  // At 16, by the high nibble: 0xC, 0xD and 0xE.
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x10, 0x60, 0,
  // At 32, by the lead's low nibble: the second byte, with bit 5 set, that does not agree. These
  // are C3 97 and C3 B7 (U+00D7, U+00F7), E4 B7 (U+4DC0 to U+4DFF), CE A2 (U+03A2) and CF B6
  // (U+03F6). Bit 5 and the shared nibbles catch other characters too; these only take the longer
  // way.
  0, 0, 0, 0xb7, 0xb7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa2, 0xb6,
  // At 48 and 64: behind CE, no second byte below 8E agrees. Accents and U+0387 are among them.
  0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce,
  0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e,
  // At 80: third bytes behind E3 80, from 80 on, that findStops finds: 80 to 82 and 88 to 8F.
  // At 96: third bytes behind EF BC, from 9A on, that findWide finds: 9A to 9F.
  0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
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

/** Sorts the characters beyond ASCII that start at `firstBytes`, all of them whole. */
export function sortWide(p: usize, firstBytes: u64): void {
  leads = firstBytes;
  let rest = firstBytes;
  if (popcnt(rest) > MANY) rest = sortByLeads(p, rest);
  for (; rest; rest &= rest - 1) {
    const bit = ctz(rest);
    const chars = load<u32>(p + <usize>bit);
    const bytes = clz<u32>(~(chars << 24)); // as many as the lead has leading ones
    const sort = <u32>load<u8>(SORTS + wordBreak(decode(chars, bytes)));
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
function sortByLeads(p: usize, firstBytes: u64): u64 {
  const v0 = v128.load(p), v1 = v128.load(p, 16), v2 = v128.load(p, 32), v3 = v128.load(p, 48);
  let s0 = sortLeads(v0), s1 = sortLeads(v1), s2 = sortLeads(v2), s3 = sortLeads(v3);
  const kinds = v128.or(v128.or(s0, s1), v128.or(s2, s3));
  if (v128.any_true(v128.and(kinds, i8x16.splat(<i8>0xc0)))) { // the second bytes must agree
    s0 = v128.andnot(s0, findUnlike(v0, v128.load(p, 1)));
    s1 = v128.andnot(s1, findUnlike(v1, v128.load(p, 17)));
    s2 = v128.andnot(s2, findUnlike(v2, v128.load(p, 33)));
    s3 = v128.andnot(s3, findUnlike(v3, v128.load(p, 49)));
  }
  // gather takes the top bit of each byte. A shift of 16-bit lanes brings the bit 0x10 (by 3), 0x40
  // (by 1) or 0x20 (by 2) there; what it shifts in from the byte below stays in lower bits.
  const two = firstBytes & gather(
    v128.or(s0, i16x8.shl(s0, 3)), v128.or(s1, i16x8.shl(s1, 3)),
    v128.or(s2, i16x8.shl(s2, 3)), v128.or(s3, i16x8.shl(s3, 3)),
  );
  letters |= two | two << 1;
  if (!v128.any_true(v128.and(kinds, i8x16.splat(0x60)))) return firstBytes ^ two;
  const ideographs = firstBytes &
    gather(i16x8.shl(s0, 1), i16x8.shl(s1, 1), i16x8.shl(s2, 1), i16x8.shl(s3, 1));
  const three = firstBytes &
    gather(i16x8.shl(s0, 2), i16x8.shl(s1, 2), i16x8.shl(s2, 2), i16x8.shl(s3, 2));
  letters |= three | three << 1 | three << 2;
  if (ideographs == 0) return firstBytes ^ (two | three);
  singles = ideographs | ideographs << 1 | ideographs << 2;
  // Characters that are no words need no mask; nor do marks behind an ideograph, where none joins.
  const idle = firstBytes & (
    gather(findStops(v0, p), findStops(v1, p + 16), findStops(v2, p + 32), findStops(v3, p + 48)) |
    singles << 1 &
      gather(findWide(v0, p), findWide(v1, p + 16), findWide(v2, p + 32), findWide(v3, p + 48))
  );
  return firstBytes ^ (two | three | ideographs | idle);
}

/**
 * Leads of U+3000 to U+3002 and U+3008 to U+300F, E3 80 80 to E3 80 8F: spaces, stops and brackets.
 * A swizzle gives 0 for an index beyond 15, so third bytes from 90 on are not found.
 */
// @ts-ignore: decorator
@inline
function findStops(leads: v128, p: usize): v128 {
  const index = i8x16.sub(v128.load(p, 2), i8x16.splat(<i8>0x80));
  return v128.and(
    v128.and(
      i8x16.eq(leads, i8x16.splat(<i8>0xe3)),
      i8x16.eq(v128.load(p, 1), i8x16.splat(<i8>0x80)),
    ),
    i8x16.swizzle(v128.load(LEAD_CONSTANTS, 80), index),
  );
}

/**
 * Leads of U+FF00 to U+FF0F and U+FF1A to U+FF1F: wide punctuation, some of it marks. The former
 * are EF BC 80 to EF BC 8F, whose third bytes are those below 0x90, signed; the latter are EF BC 9A
 * to EF BC 9F, the first six indices from 9A on.
 */
// @ts-ignore: decorator
@inline
function findWide(leads: v128, p: usize): v128 {
  const thirds = v128.load(p, 2);
  const index = i8x16.sub(thirds, i8x16.splat(<i8>0x9a));
  return v128.and(
    v128.and(
      i8x16.eq(leads, i8x16.splat(<i8>0xef)),
      i8x16.eq(v128.load(p, 1), i8x16.splat(<i8>0xbc)),
    ),
    v128.or(
      i8x16.lt_s(thirds, i8x16.splat(<i8>0x90)),
      i8x16.swizzle(v128.load(LEAD_CONSTANTS, 96), index),
    ),
  );
}

// @ts-ignore: decorator
@inline
function sortLeads(leads: v128): v128 {
  const nibble = v128.load(CONSTANTS, 80);
  return v128.and(
    i8x16.swizzle(v128.load(LEAD_CONSTANTS), v128.and(leads, nibble)),
    i8x16.swizzle(v128.load(LEAD_CONSTANTS, 16), v128.and(i16x8.shr_u(leads, 4), nibble)),
  );
}

/** All ones at each lead whose second byte does not agree with the class of the lead. */
// @ts-ignore: decorator
@inline
function findUnlike(leads: v128, seconds: v128): v128 {
  const low = v128.and(leads, v128.load(CONSTANTS, 80));
  const unlike = i8x16.swizzle(v128.load(LEAD_CONSTANTS, 32), low);
  const greek = i8x16.eq(leads, v128.load(LEAD_CONSTANTS, 48));
  return v128.or(
    i8x16.eq(unlike, v128.or(seconds, v128.load(CONSTANTS))),
    v128.and(greek, i8x16.lt_s(seconds, v128.load(LEAD_CONSTANTS, 64))),
  );
}

/**
 * WB4: gives each ignored character the class of the character before it. `carried` (CARRY_*) has
 * the class of the character before the block.
 */
export function attachIgnored(carried: u32): void {
  letters = reach(letters, carried & 1);
  numeric = reach(numeric, carried >> 1 & 1);
  lowLines = reach(lowLines, carried >> 2 & 1);
  singles = reach(singles, carried >> 3 & 1);
  katakana = reach(katakana, carried >> 4 & 1);
  hebrew = reach(hebrew, carried >> 5 & 1);
  weak |= ignored & ~ignoredWords;
}

/** `set`, and the rows of ignored bytes right behind it, or at bit 0 if `before` is 1. */
function reach(set: u64, before: u64): u64 {
  const first = (set << 1 | before) & ignored;
  return set | (ignored & ((ignored + first) ^ ignored)); // the sum clears each row from its start
}

/** A bit for each of the 64 bytes that equals `byte`. */
// @ts-ignore: decorator
@inline
export function maskEqual(a: v128, b: v128, c: v128, d: v128, byte: i8): u64 {
  const wanted = i8x16.splat(byte);
  return gather(i8x16.eq(a, wanted), i8x16.eq(b, wanted), i8x16.eq(c, wanted), i8x16.eq(d, wanted));
}

/** The top bit of each of 64 bytes. */
// @ts-ignore: decorator
@inline
export function gather(a: v128, b: v128, c: v128, d: v128): u64 {
  return <u64><u32>i8x16.bitmask(a) | <u64><u32>i8x16.bitmask(b) << 16 |
    <u64><u32>i8x16.bitmask(c) << 32 | <u64><u32>i8x16.bitmask(d) << 48;
}

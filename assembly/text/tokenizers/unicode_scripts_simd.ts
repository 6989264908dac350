import { STEP } from "../../blocks/edges_simd";
import { digitMask, letterMask } from "./letter_masks_simd";
import { gather, spread } from "./masks_simd";
import { ANY_MARK, bytesOf, LETTER, SINGLE, sortOf } from "./unicode_block_simd";
import {
  agreeing, idleLeads, ideographsOf, lettersOf, needsSecond, sortLeads,
} from "./unicode_leads_simd";
import { joinWithLetters, KIND_WORD, sideOf } from "./unicode_marks";
import {
  at, base, CARRY_HEBREW, CARRY_KATAKANA, CARRY_LETTER, CARRY_LOW_LINE, CARRY_NUMERIC,
  CARRY_SINGLE, moveTo, open, out,
} from "./unicode_walk";
import { writeWords } from "./write_words_simd";

// Finds words in blocks of 64 bytes of any script, as long as all that stands there is letters of
// classes that a lead byte or the table word_break tells, ASCII digits, ideographs, marks of ASCII,
// and characters that are no words. All state is in locals.
//
//   words   = letters and digits of ASCII, leads of letters; and the bytes that go on from leads
//   singles = ideographs, each a word
//   words  |= the ASCII marks that join both sides
//   edges   = where words and singles start and end
//
// A character may reach into the next block: the bytes there that go on from it belong to its word.

// prettier-ignore
const CONSTANTS = memory.data<u8>([
  // CASE, TO_LETTER, LETTERS, TO_DIGIT, DIGITS, derived in letter_masks_simd.ts
  0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
  0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f,
  0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a,
  0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50,
  0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a,
  // NIBBLE, and the marks ' , . : ; by their low nibbles: see unicode_simd.ts
  0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f,
  0xff, 0, 0, 0, 0, 0, 0, 0x27, 0, 0, 0x3a, 0x3b, 0x2c, 0, 0x2e, 0,
  // LOW_LINE, and the first byte that goes on from no lead, 0xc0
  0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f,
  0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
], 16);

/** After so many blocks of ASCII in a row, scanPlain is faster. */
const PLAIN_BLOCKS: u32 = 3;

/** Of sortOthers: first bytes of what it has found among characters whose lead tells nothing. */
let otherLetters: u64 = 0;
let otherSingles: u64 = 0;
let otherMarks: u64 = 0;

/** Returned by joinWideMarks where a block must be left. No mask of joined bits has all bits set. */
const UNKNOWN: u64 = -1;

/**
 * Takes whole blocks while they are as above; stops before the first other one. `carried` (CARRY_*)
 * has the classes of the character before `at`.
 */
export function scanScripts(to: usize, foldBit: u32, carried: u32): void {
  if (carried & (CARRY_LOW_LINE | CARRY_KATAKANA | CARRY_HEBREW)) return;
  if ((carried & CARRY_NUMERIC) != 0 && load<i8>(at - 1) < 0) return; // digits here are of ASCII
  const caseBit = v128.load(CONSTANTS), toLetter = v128.load(CONSTANTS, 16);
  const lettersBelow = v128.load(CONSTANTS, 32), toDigit = v128.load(CONSTANTS, 48);
  const digitsBelow = v128.load(CONSTANTS, 64), nibble = v128.load(CONSTANTS, 80);
  const marks = v128.load(CONSTANTS, 96), lowLine = v128.load(CONSTANTS, 112);
  const least = v128.load(CONSTANTS, 128), step = v128.load(STEP);
  const fold = i8x16.splat(<i8>foldBit);
  let p = at, list = out, before = open, plain: u32 = 0;
  let single = carried & CARRY_SINGLE ? before : 0; // 1 if an ideograph ends at p, or goes on there
  while (p + 64 + 3 < to && plain < PLAIN_BLOCKS) { // the rest of a character may follow
    const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48);
    const low = v128.or(
      v128.or(i8x16.eq(a, lowLine), i8x16.eq(b, lowLine)),
      v128.or(i8x16.eq(c, lowLine), i8x16.eq(d, lowLine)),
    );
    if (v128.any_true(low)) break;
    let sa = sortLeads(a), sb = sortLeads(b), sc = sortLeads(c), sd = sortLeads(d);
    const sorts = v128.or(v128.or(sa, sb), v128.or(sc, sd));
    if (needsSecond(sorts)) {
      sa = agreeing(sa, a, p);
      sb = agreeing(sb, b, p + 16);
      sc = agreeing(sc, c, p + 32);
      sd = agreeing(sd, d, p + 48);
    }
    const la = letterMask(a, caseBit, toLetter, lettersBelow);
    const lb = letterMask(b, caseBit, toLetter, lettersBelow);
    const lc = letterMask(c, caseBit, toLetter, lettersBelow);
    const ld = letterMask(d, caseBit, toLetter, lettersBelow);
    let words = gather(
      v128.or(v128.or(la, digitMask(a, toDigit, digitsBelow)), lettersOf(sa)),
      v128.or(v128.or(lb, digitMask(b, toDigit, digitsBelow)), lettersOf(sb)),
      v128.or(v128.or(lc, digitMask(c, toDigit, digitsBelow)), lettersOf(sc)),
      v128.or(v128.or(ld, digitMask(d, toDigit, digitsBelow)), lettersOf(sd)),
    );
    const high = gather(a, b, c, d);
    const rest = gather(
      i8x16.lt_s(a, least), i8x16.lt_s(b, least), i8x16.lt_s(c, least), i8x16.lt_s(d, least),
    );
    let others = high & ~(rest | words), ideographs: u64 = 0, wideMarks: u64 = 0;
    if (v128.any_true(v128.and(sorts, i8x16.splat(1)))) {
      ideographs = gather(ideographsOf(sa), ideographsOf(sb), ideographsOf(sc), ideographsOf(sd));
      others ^= ideographs;
      wideMarks = others & idleLeads(p, a, b, c, d);
      others ^= wideMarks;
    }
    if (others) {
      if (!sortOthers(p, others)) break;
      words |= otherLetters;
      ideographs |= otherSingles;
      wideMarks |= otherMarks;
    }
    words = spread(words, rest, before & ~single);
    const leftOfAll = words << 1 | before & ~single;
    let joined: u64 = 0;
    if (wideMarks & leftOfAll) {
      joined = joinWideMarks(p, wideMarks & leftOfAll, words);
      if (joined == UNKNOWN) break;
    }
    const marked = gather(
      i8x16.eq(a, i8x16.swizzle(marks, v128.and(a, nibble))),
      i8x16.eq(b, i8x16.swizzle(marks, v128.and(b, nibble))),
      i8x16.eq(c, i8x16.swizzle(marks, v128.and(c, nibble))),
      i8x16.eq(d, i8x16.swizzle(marks, v128.and(d, nibble))),
    );
    const between = marked & leftOfAll & (words >>> 1 | <u64>1 << 63);
    if (between) {
      // The class of a character beyond ASCII behind the block is not known yet.
      if (<i64>between < 0 && load<i8>(p, 64) < 0) break;
      joined |= joinWithLetters(p, between);
    }
    v128.store(p, v128.or(a, v128.and(la, fold)));
    v128.store(p, v128.or(b, v128.and(lb, fold)), 16);
    v128.store(p, v128.or(c, v128.and(lc, fold)), 32);
    v128.store(p, v128.or(d, v128.and(ld, fold)), 48);
    const singles = spread(ideographs, rest, single);
    words |= singles | joined;
    const left = words << 1 | before;
    const breaks = ideographs | (singles << 1 | single) & ~singles;
    const starts = words & (~left | breaks), ends = left & (~words | breaks);
    list = writeWords(starts, ends, <u32>(p - base), step, list);
    before = words >>> 63;
    single = singles >>> 63;
    plain = high ? 0 : plain + 1;
    p += 64;
  }
  if (p == at) return;
  while (load<i8>(p) < -64) p++; // the rest of a character
  moveTo(p, list, before, before ? (single ? CARRY_SINGLE : CARRY_LETTER) : 0);
}

/**
 * Sorts the characters whose first bytes are `others`. Returns false if one of them is neither a
 * letter, nor a word alone, nor a mark, and may be part of a word.
 */
function sortOthers(p: usize, others: u64): bool {
  otherLetters = otherSingles = otherMarks = 0;
  for (; others; others &= others - 1) {
    const sort = sortAt(p + <usize>ctz(others));
    if (sort == 0) continue;
    const first = others & (0 - others);
    if (sort == LETTER) otherLetters |= first;
    else if (sort == SINGLE) otherSingles |= first;
    else if (sort & ~ANY_MARK) return false;
    else otherMarks |= first;
  }
  return true;
}

/**
 * The bytes of the marks beyond ASCII among `marked`, each behind a word's byte, that join. UNKNOWN
 * if what stands behind one is in the next block, and beyond ASCII.
 */
function joinWideMarks(p: usize, marked: u64, words: u64): u64 {
  let joined: u64 = 0;
  for (; marked; marked &= marked - 1) {
    const bit = ctz(marked), q = p + <usize>bit, chars = load<u32>(q);
    const bytes = bytesOf(chars), behind = bit + bytes;
    const next = <u32>load<u8>(q + <usize>bytes);
    if (next >= 0x80) {
      if (behind >= 64) return UNKNOWN;
      if ((words >>> behind & 1) == 0) continue;
    }
    if (sideOf(load<u8>(q - 1)) & sideOf(next) & sortOf(chars, bytes) >> 1 & KIND_WORD) {
      joined |= (<u64>1 << bytes) - 1 << bit;
    }
  }
  return joined;
}

/** What the character beyond ASCII at `q` is: one of SORTS of unicode_block_simd.ts. */
// @ts-ignore: decorator
@inline
function sortAt(q: usize): u32 {
  const chars = load<u32>(q);
  return sortOf(chars, bytesOf(chars));
}

import { STEP, writeEdges } from "../../blocks/edges_simd";
import { BIT_POSITIONS } from "../../memory/masks";
import { digitMask, letterMask } from "./letter_masks_simd";
import { setScanHasNul, setScanNext } from "./scan_state";
import { gather, maskEqual } from "./masks_simd";
import { joinMarks, KINDS, KIND_HIGH, KIND_WORD } from "./unicode_marks";
import { scanMixed } from "./unicode_mixed_simd";
import {
  at, base, carry, closeWord, hasNul, lastBoundary, moveTo, open, out, startWalk, walkExactly,
} from "./unicode_walk";

// Finds words of UAX #29 in four ways, from the fastest to the slowest:
//
//   scanPlain    blocks of ASCII, with a few quotes, dashes and accented letters
//   scanScripts  blocks of letters and ideographs of most scripts (unicode_scripts_simd.ts)
//   scanMixed    blocks of any other text, as far as bit masks decide (unicode_mixed_simd.ts)
//   walkExactly  the machine, for segments that masks cannot decide (unicode_walk.ts)
//
// Each stops at a place where the next one can go on; scanMixed calls scanScripts. scanPlain takes
// blocks of 64 bytes:
//
//   words = a bit for each byte of a letter, digit or low line
//   between = a bit for each ' , . : ; & (words << 1) & (words >>> 1)
//   words |= the marks of between that join both sides: two letters, or two digits
//   edges = words ^ (words << 1)

// Each vector repeats one byte, but MARKS. They are loaded once into locals, since V8 builds a
// v128.const again at every use.
// prettier-ignore
const CONSTANTS = memory.data<u8>([
  // CASE, TO_LETTER, LETTERS, derived in letter_masks_simd.ts
  0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
  0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f,
  0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a,
  // TO_DIGIT, DIGITS, likewise
  0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50,
  0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a,
  // LOW_LINE, NIBBLE
  0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x5f,
  0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f,
  // MARKS: at each low nibble, the mark of ' , . : ; that has it (0x27, 0x2c, 0x2e, 0x3a, 0x3b).
  // Where no mark has it, a byte with another low nibble, so that no byte matches.
  0xff, 0, 0, 0, 0, 0, 0, 0x27, 0, 0, 0x3a, 0x3b, 0x2c, 0, 0x2e, 0,
], 16);

/** scanUnicode, by blocks of up to 64 bytes. */
export function scanUnicodeSimd(
  from: usize, to: usize, end: usize, list: usize, foldBit: u32,
): usize {
  startWalk(from, list);
  let next: usize = 0;
  while (at < to) {
    scanPlain(to < end ? to : end - 1, foldBit); // scanPlain looks at the byte behind each block
    if (at >= to) break;
    const target = scanMixed(to, end, foldBit);
    if (target == 0) continue;
    if (target == at) break; // nothing more can be decided before `to`
    next = walkExactly(target, to, end, foldBit);
    if (next) break; // a segment reaches beyond `to`
  }
  if (next == 0 && at == end) {
    if (open) closeWord();
    next = at;
  }
  setScanNext(next ? next : lastBoundary());
  setScanHasNul(hasNul);
  return out;
}

/** Takes whole blocks while the masks above decide them; stops before the first other block. */
function scanPlain(to: usize, foldBit: u32): void {
  const caseBit = v128.load(CONSTANTS), toLetter = v128.load(CONSTANTS, 16);
  const letters = v128.load(CONSTANTS, 32), toDigit = v128.load(CONSTANTS, 48);
  const digits = v128.load(CONSTANTS, 64), lowLine = v128.load(CONSTANTS, 80);
  const nibble = v128.load(CONSTANTS, 96), marks = v128.load(CONSTANTS, 112);
  const step = v128.load(STEP);
  const fold = i8x16.splat(<i8>foldBit);
  let p = at, list = out, before = open, last = carry;
  while (p + 64 <= to) {
    const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48);
    const la = letterMask(a, caseBit, toLetter, letters);
    const lb = letterMask(b, caseBit, toLetter, letters);
    const lc = letterMask(c, caseBit, toLetter, letters);
    const ld = letterMask(d, caseBit, toLetter, letters);
    v128.store(p, v128.or(a, v128.and(la, fold)));
    v128.store(p, v128.or(b, v128.and(lb, fold)), 16);
    v128.store(p, v128.or(c, v128.and(lc, fold)), 32);
    v128.store(p, v128.or(d, v128.and(ld, fold)), 48);
    let words = gather(
      v128.or(la, digitMask(a, toDigit, digits)),
      v128.or(lb, digitMask(b, toDigit, digits)),
      v128.or(lc, digitMask(c, toDigit, digits)),
      v128.or(ld, digitMask(d, toDigit, digits)),
    );
    const lowLines = v128.or(
      v128.or(i8x16.eq(a, lowLine), i8x16.eq(b, lowLine)),
      v128.or(i8x16.eq(c, lowLine), i8x16.eq(d, lowLine)),
    );
    let high: u64 = 0; // bytes beyond ASCII
    let cut = false; // when the last character is not whole
    let lastBit: u64 = 1 << 63;
    if (i8x16.bitmask(v128.or(v128.or(v128.or(a, b), v128.or(c, d)), lowLines))) {
      if (v128.any_true(lowLines)) {
        const joining = maskEqual(a, b, c, d, 0x5f);
        const first = joining & ~(words << 1 | before | joining << 1);
        // A row of low lines that follows no word is part of a word only if one follows it: it must
        // within this block.
        if (first && ((joining + first) & ~joining & ~words || <i64>joining < 0)) break;
        words |= joining;
      }
      high = gather(a, b, c, d);
      if (high) {
        const added = addCommon(p, high, words << 1 | before);
        if (added == UNCOMMON) break;
        cut = wholeBytes != 64;
        lastBit = <u64>1 << (wholeBytes - 1);
        words = words & (lastBit | lastBit - 1) | added;
      }
    }
    const marked = gather(
      i8x16.eq(a, i8x16.swizzle(marks, v128.and(a, nibble))),
      i8x16.eq(b, i8x16.swizzle(marks, v128.and(b, nibble))),
      i8x16.eq(c, i8x16.swizzle(marks, v128.and(c, nibble))),
      i8x16.eq(d, i8x16.swizzle(marks, v128.and(d, nibble))),
    );
    // For now, assume that a word stands behind the block.
    let between = marked & (words << 1 | before) & (words >>> 1 | lastBit);
    if (between) {
      const behind = cut ? KIND_HIGH : <u32>load<u8>(KINDS + load<u8>(p, 64));
      if (!(behind & (KIND_WORD | KIND_HIGH))) between &= ~lastBit;
      // A mark beside a character beyond ASCII is for scanMixed, also if that is in a neighbouring
      // block.
      if (between & (high << 1 | high >>> 1)) break;
      if ((between & 1) != 0 && load<i8>(p - 1) < 0) break;
      if ((between & lastBit) != 0 && (behind & KIND_HIGH) != 0) break;
      words |= joinMarks(p, between);
    }
    let edges = words ^ (words << 1 | before);
    before = words >>> 63;
    let size: usize = 64;
    if (cut) { // an edge behind the end shows again at the start of the next block
      edges &= lastBit | lastBit - 1;
      before = u64((words & lastBit) != 0);
      size = <usize>wholeBytes;
    }
    list = writeEdges(edges, <u32>(p - base), step, BIT_POSITIONS, list);
    if (high & lastBit) last = <u32>before; // CARRY_LETTER or nothing
    p += size;
  }
  moveTo(p, list, before, last);
}

/**
 * Returned by addCommon for a block that scanMixed must take. No mask of added bits has all bits
 * set.
 */
const UNCOMMON: u64 = -1;
/** How many bytes of the block addCommon has taken, 64 or less: those of whole characters. */
let wholeBytes: u64 = 64;

/**
 * Bits to add to the words of a block for its characters beyond ASCII, whose bytes are `high`:
 * letters from U+00C0 to U+02BF, and single quotes between letters. Dashes and quotes add nothing.
 * `left` has a bit for each byte that stands behind a word's byte. Sets wholeBytes; returns
 * UNCOMMON when there is anything else.
 */
// @ts-ignore: decorator
@inline
function addCommon(p: usize, high: u64, left: u64): u64 {
  let added: u64 = 0, uncommon: u64 = 0;
  wholeBytes = 64;
  while (high) {
    const bit = ctz(high);
    const q = p + <usize>bit;
    const char = load<u32>(q);
    if (bit > 61 && bit + clz<u32>(~(char << 24)) > 64) {
      wholeBytes = bit;
      break;
    }
    // `char` holds the bytes in memory order, the lead lowest: E2 80 90 to E2 80 9F are U+2010 to
    // U+201F, of which E2 80 98 and E2 80 99 are the single quotes.
    if ((char & 0xf0ffff) == 0x9080e2) {
      // No branch for single quotes: which character of these it is, is hard to predict.
      const single = u64((char & 0xfeffff) == 0x9880e2) & (left | added << 1) >>> bit;
      const before = <u32>load<u8>(KINDS + load<u8>(q - 1)) | <u32>(added << 1 >>> bit & 1);
      const after = <u32>load<u8>(KINDS + (char >> 24)) | u32(isLatin(load<u32>(q + 3)));
      const joins = single & u64((before & after & KIND_WORD) != 0);
      added |= <u64>7 << bit & 0 - joins;
      uncommon |= single & (joins ^ 1) & u64(((before | after) & KIND_HIGH) != 0) & u64(after != 0);
      high &= ~(<u64>7 << bit);
    } else if (isLatin(char)) {
      added |= <u64>3 << bit;
      high &= ~(<u64>3 << bit);
    } else return UNCOMMON;
  }
  return 0 - uncommon | added;
}

/**
 * Whether the bytes, the lead lowest, are a character of U+00C0 to U+02BF, not × or ÷: the leads of
 * these are C3 to CA, × is C3 97 and ÷ is C3 B7, which differ in the bit that 0xdf leaves out.
 */
// @ts-ignore: decorator
@inline
function isLatin(char: u32): bool {
  return (char & 0xff) - 0xc3 <= 7 && (char & 0xdfff) != 0x97c3;
}

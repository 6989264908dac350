import { goesOnAfter, SCRATCH_LIST, scratch } from "../memory/runtime";

// UTF-8 validation by table look-ups (Keiser and Lemire, "Validating UTF-8 in less than one
// instruction per byte", 2021), 64 bytes at a time:
//
//   if no byte of the block is above 0x7f: nothing to do; the block before has checked that none of
//   its sequences is open
//   else for each 16 bytes, with previous1, 2, 3 = the bytes 1, 2, 3 places before each byte:
//     wrong  = HIGH1[previous1 >> 4] & LOW1[previous1 & 15] & HIGH2[byte >> 4]
//     needed = 0x80 where previous2 is a lead of 3 or previous3 a lead of 4
//     error |= wrong ^ needed
//
// Each bit of the tables stands for one way in which two neighbouring bytes can be wrong. Only the
// bit TWO_CONTS may be right: where a lead of 3 or 4 needs a third or a fourth byte. Hence the xor.

const TOO_SHORT: u8 = 1 << 0; // a lead, then no continuation
const TOO_LONG: u8 = 1 << 1; // ASCII, then a continuation
const OVERLONG_3: u8 = 1 << 2; // E0, then 80 to 9F
const TOO_LARGE: u8 = 1 << 3; // F4, then 90 to BF, or F5 and up
const SURROGATE: u8 = 1 << 4; // ED, then A0 to BF
const OVERLONG_2: u8 = 1 << 5; // C0 or C1
const OVERLONG_4: u8 = 1 << 6; // F0, then 80 to 8F; F5 and up share its bit: TOO_LARGE_1000
const TOO_LARGE_1000: u8 = 1 << 6;
const TWO_CONTS: u8 = 1 << 7; // a continuation, then another
/** Wrong whatever the low half of the first byte is. */
const CARRY: u8 = TOO_SHORT | TOO_LONG | TWO_CONTS;

const LATER_LEADS: u8 = CARRY | TOO_LARGE | TOO_LARGE_1000;
const CONTINUATION: u8 = TOO_LONG | OVERLONG_2 | TWO_CONTS;

// The vectors are loaded from memory once, since V8 builds a v128.const again at every use.
const TABLES = memory.data<u8>([
  // HIGH1, by the high half of the first byte: 0-7, 8-B, C, D, E, F
  TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
  TWO_CONTS, TWO_CONTS, TWO_CONTS, TWO_CONTS,
  TOO_SHORT | OVERLONG_2, TOO_SHORT,
  TOO_SHORT | OVERLONG_3 | SURROGATE,
  TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4,
  // LOW1, by its low half: 0, 1, 2-3, 4, 5 and up, D
  CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4, CARRY | OVERLONG_2, CARRY, CARRY,
  CARRY | TOO_LARGE, LATER_LEADS, LATER_LEADS, LATER_LEADS,
  LATER_LEADS, LATER_LEADS, LATER_LEADS, LATER_LEADS,
  LATER_LEADS, LATER_LEADS | SURROGATE, LATER_LEADS, LATER_LEADS,
  // HIGH2, by the high half of the second byte: 0-7, 8, 9, A-B, C-F
  TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
  CONTINUATION | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,
  CONTINUATION | OVERLONG_3 | TOO_LARGE,
  CONTINUATION | SURROGATE | TOO_LARGE, CONTINUATION | SURROGATE | TOO_LARGE,
  TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
  // what the last three bytes of a block may be without leaving a sequence open
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0xef, 0xdf, 0xbf,
  // the low half of a byte; what third and fourth bytes need, and the bit that says so
  15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
  0x60, 0x60, 0x60, 0x60, 0x60, 0x60, 0x60, 0x60, 0x60, 0x60, 0x60, 0x60, 0x60, 0x60, 0x60, 0x60,
  0x70, 0x70, 0x70, 0x70, 0x70, 0x70, 0x70, 0x70, 0x70, 0x70, 0x70, 0x70, 0x70, 0x70, 0x70, 0x70,
  0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
], 16);

// @ts-ignore: decorator
@inline
function errorsOf(
  bytes: v128, before: v128, high1: v128, low1: v128, high2: v128,
  half: v128, lead3: v128, lead4: v128, needed: v128,
): v128 {
  const previous1 = i8x16.shuffle(before, bytes, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
  const previous2 = i8x16.shuffle(before, bytes, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
  const previous3 = i8x16.shuffle(before, bytes, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
  const wrong = v128.and(
    v128.and(
      i8x16.swizzle(high1, v128.and(i16x8.shr_u(previous1, 4), half)),
      i8x16.swizzle(low1, v128.and(previous1, half)),
    ),
    i8x16.swizzle(high2, v128.and(i16x8.shr_u(bytes, 4), half)),
  );
  const third = i8x16.sub_sat_u(previous2, lead3);
  const fourth = i8x16.sub_sat_u(previous3, lead4);
  return v128.xor(v128.and(v128.or(third, fourth), needed), wrong);
}

/**
 * A whole number of blocks. Short, since a repair calls validateBlocks often, each time for a span
 * at least.
 */
const SPAN_BYTES: usize = 4096;

/**
 * Validates [text, end) in blocks of 64 bytes; the last may reach into the padding.
 * Returns `end`, or where to look for the first error byte by byte: a sequence's start at most
 * 3 bytes before the block that holds it.
 *
 * In a text with a curly quote here and there, a branch on whether a block is ASCII is hard to
 * predict. So each span is passed over twice: without a branch, the blocks that are not ASCII are
 * listed, then only these are validated.
 */
export function validateBlocks(text: usize, end: usize): usize {
  for (let from = text; from < end; from += SPAN_BYTES) {
    const listEnd = listWideBlocks(from, min<usize>(end, from + SPAN_BYTES));
    const wrong = validateListed(text, listEnd);
    if (wrong != 0) return sequenceStart(text, min<usize>(wrong, end));
    if (!goesOnAfter(SPAN_BYTES)) return end;
  }
  return end;
}

/** Lists the addresses of the blocks that are not ASCII; returns the list's end. */
function listWideBlocks(from: usize, to: usize): usize {
  let out = scratch + SCRATCH_LIST;
  for (let at = from; at < to; at += 64) {
    const all = v128.or(
      v128.or(v128.load(at), v128.load(at, 16)),
      v128.or(v128.load(at, 32), v128.load(at, 48)),
    );
    store<u32>(out, <u32>at);
    out += <usize>(i8x16.bitmask(all) != 0) << 2;
  }
  return out;
}

/** Validates the listed blocks; returns 0, or the first block that holds or shows an error. */
function validateListed(text: usize, listEnd: usize): usize {
  const high1 = v128.load(TABLES), low1 = v128.load(TABLES, 16), high2 = v128.load(TABLES, 32);
  const closed = v128.load(TABLES, 48), half = v128.load(TABLES, 64);
  const lead3 = v128.load(TABLES, 80), lead4 = v128.load(TABLES, 96);
  const needed = v128.load(TABLES, 112);
  for (let item = scratch + SCRATCH_LIST; item < listEnd; item += 4) {
    const at: usize = load<u32>(item);
    const before = at == text ? i8x16.splat(0) : v128.load(at - 16);
    const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    const errors = v128.or(
      v128.or(
        errorsOf(a, before, high1, low1, high2, half, lead3, lead4, needed),
        errorsOf(b, a, high1, low1, high2, half, lead3, lead4, needed),
      ),
      v128.or(
        errorsOf(c, b, high1, low1, high2, half, lead3, lead4, needed),
        errorsOf(d, c, high1, low1, high2, half, lead3, lead4, needed),
      ),
    );
    if (v128.any_true(errors)) return at;
    // The next block is not validated if it is ASCII; a sequence that is open here is an error
    // then.
    const open = v128.any_true(i8x16.sub_sat_u(d, closed));
    if (open && load<u8>(at, 64) < 0x80) return at + 64;
  }
  return 0;
}

/** The start of the sequence that may reach across `at`; `at` when nothing is open there. */
function sequenceStart(text: usize, at: usize): usize {
  for (let back: usize = 1; back <= 3 && at - back >= text; back++) {
    const byte = load<u8>(at - back);
    if (byte < 0x80) return at;
    if (byte >= 0xc0) return at - back;
  }
  return at;
}

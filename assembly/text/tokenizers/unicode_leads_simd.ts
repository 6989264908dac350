import { gather } from "./masks_simd";

// Most lead bytes of common scripts tell the class of their characters alone. The class of a lead
// is the entry of its low nibble & the entry of its high nibble:
//
//   0x40  letters of two bytes, if the second byte agrees   C3 to CA, CE, CF   Latin, Greek
//   0x20  letters of two bytes                              D0, D1, D3, DA     Cyrillic, Arabic
//   0x10  letters of three bytes                            EB, EC             Hangul
//   0x01  ideographs, if the second byte agrees             E4 to E9           U+4000 to U+9FFF
//
// Every other byte has 0. If it is a lead, its characters are of several classes, and the table
// word_break decides.
// prettier-ignore
const TABLES = memory.data<u8>([
  // At 0, by the low nibble.
  0x20, 0x20, 0, 0x60, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x60, 0x10, 0x10, 0, 0x40, 0x40,
  // At 16, by the high nibble: 0xC, 0xD and 0xE.
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x20, 0x11, 0,
  // At 32, by the lead's low nibble: the second byte, with bit 5 set, that does not agree. These
  // are C3 97 and C3 B7 (U+00D7, U+00F7), E4 B7 (U+4DC0 to U+4DFF), CE A2 (U+03A2) and CF B6
  // (U+03F6). Bit 5 and the shared nibbles catch other characters too; these only take the longer
  // way.
  0, 0, 0, 0xb7, 0xb7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa2, 0xb6,
  // At 48 and 64: behind CE, no second byte below 8E agrees. Accents and U+0387 are among them.
  0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce,
  0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e, 0x8e,
  // At 80: NIBBLE. At 96: the bit that the second byte has set.
  0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f,
  0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
  // At 112, by the lead - E0: the second bytes of idle characters, 80 behind E3 and BC behind EF.
  0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xbc,
  // At 128 and 144, by the third byte - 80 and - 90: idle ones, 80 to 84, 88 to 8F and 9A to 9F.
  0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
], 16);

/** The class of each byte as a lead, before its second byte has agreed. */
// @ts-ignore: decorator
@inline
export function sortLeads(leads: v128): v128 {
  const nibble = v128.load(TABLES, 80);
  return v128.and(
    i8x16.swizzle(v128.load(TABLES), v128.and(leads, nibble)),
    i8x16.swizzle(v128.load(TABLES, 16), v128.and(i16x8.shr_u(leads, 4), nibble)),
  );
}

/** Whether the second byte must agree for some of the classes. */
// @ts-ignore: decorator
@inline
export function needsSecond(sorts: v128): bool {
  return v128.any_true(v128.and(sorts, i8x16.splat(0x41)));
}

/** The classes of the leads at `p` whose second byte agrees. */
// @ts-ignore: decorator
@inline
export function agreeing(sorts: v128, leads: v128, p: usize): v128 {
  const seconds = v128.load(p, 1);
  const low = v128.and(leads, v128.load(TABLES, 80));
  const unlike = i8x16.swizzle(v128.load(TABLES, 32), low);
  const greek = i8x16.eq(leads, v128.load(TABLES, 48));
  return v128.andnot(
    sorts,
    v128.or(
      i8x16.eq(unlike, v128.or(seconds, v128.load(TABLES, 96))),
      v128.and(greek, i8x16.lt_s(seconds, v128.load(TABLES, 64))),
    ),
  );
}

/** All ones at each lead of a letter. */
// @ts-ignore: decorator
@inline
export function lettersOf(sorts: v128): v128 {
  return i8x16.gt_s(sorts, i8x16.splat(1));
}

/** All ones at each lead of an ideograph. */
// @ts-ignore: decorator
@inline
export function ideographsOf(sorts: v128): v128 {
  return i8x16.eq(sorts, i8x16.splat(1));
}

/**
 * Leads among the 64 bytes at `p` of wide punctuation, which is no part of a word unless it is a
 * mark that joins: E3 80 and EF BC, and then 80 to 84, 88 to 8F or 9A to 9F. (U+3000 to U+3004,
 * U+3008 to U+300F and U+301A to U+301F; U+FF00 to U+FF04, U+FF08 to U+FF0F and U+FF1A to U+FF1F)
 */
// @ts-ignore: decorator
@inline
export function idleLeads(p: usize, a: v128, b: v128, c: v128, d: v128): u64 {
  return gather(findIdle(a, p), findIdle(b, p + 16), findIdle(c, p + 32), findIdle(d, p + 48));
}

/** A swizzle gives 0 for an index beyond 15, and no second byte is 0. */
// @ts-ignore: decorator
@inline
function findIdle(leads: v128, p: usize): v128 {
  const seconds = v128.load(p, 1), thirds = v128.load(p, 2);
  const wanted = i8x16.swizzle(v128.load(TABLES, 112), i8x16.sub(leads, i8x16.splat(<i8>0xe0)));
  return v128.and(
    i8x16.eq(seconds, wanted),
    v128.or(
      i8x16.swizzle(v128.load(TABLES, 128), i8x16.sub(thirds, i8x16.splat(<i8>0x80))),
      i8x16.swizzle(v128.load(TABLES, 144), i8x16.sub(thirds, i8x16.splat(<i8>0x90))),
    ),
  );
}

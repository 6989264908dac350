// Which bytes of a vector are ASCII letters, and which are digits, by one comparison each.
//
// A range of bytes [first, last] takes two comparisons. It takes one when an addition, which wraps
// at 256, first moves the range to the low end of all signed bytes, which is 0x80:
//
//   letters   0x61 to 0x7a   + 0x1f = 0x80 to 0x99   below 0x9a, as signed bytes
//   digits    0x30 to 0x39   + 0x50 = 0x80 to 0x89   below 0x8a, as signed bytes
//
// No other byte comes there, since the addition maps no two bytes to one. Before the addition for
// letters, bit 5 is set, so that "A" to "Z" (0x41 to 0x5a) count as "a" to "z"; that makes no other
// byte into a letter.
//
// The callers load the constants and keep them in locals, since V8 builds a v128.const again
// wherever it is used.

/** All ones where a byte is a letter; the constants hold 0x20, 0x1f and 0x9a in every byte. */
// @ts-ignore: decorator
@inline
export function letterMask(bytes: v128, caseBit: v128, toLetter: v128, letters: v128): v128 {
  return i8x16.lt_s(i8x16.add(v128.or(bytes, caseBit), toLetter), letters);
}

/** All ones where a byte is a digit; the constants hold 0x50 and 0x8a in every byte. */
// @ts-ignore: decorator
@inline
export function digitMask(bytes: v128, toDigit: v128, digits: v128): v128 {
  return i8x16.lt_s(i8x16.add(bytes, toDigit), digits);
}

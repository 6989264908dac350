// The yardstick of load/bench/kernel.ts: what every fast word counter must do at the least, a
// `memchr`-like pass that classifies each byte. Ratios to it mean the same on any machine.

const CONSTANTS: usize = memory.data<u8>([
  0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
  0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f,
  0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a,
  0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50,
  0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a,
  0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27,
], 16);

// @ts-ignore: decorator
@inline
function classOf(
  v: v128, bit5: v128, toLeast: v128, letters: v128, digitToLeast: v128, digits: v128, apostrophe: v128,
): u64 {
  const letter = i8x16.lt_s(i8x16.add(v128.or(v, bit5), toLeast), letters);
  const digit = i8x16.lt_s(i8x16.add(v, digitToLeast), digits);
  const other = v128.or(i8x16.eq(v, apostrophe), v);
  return <u64><u32>i8x16.bitmask(v128.or(v128.or(letter, digit), other));
}

/**
 * Writes the class mask of each 64 bytes of a text to `out`: a bit for every ASCII letter, digit,
 * apostrophe, and all that is not ASCII.
 */
export function classMask(text: usize, bytes: u32, out: usize): void {
  const bit5 = v128.load(CONSTANTS), toLeast = v128.load(CONSTANTS, 16);
  const letters = v128.load(CONSTANTS, 32), digitToLeast = v128.load(CONSTANTS, 48);
  const digits = v128.load(CONSTANTS, 64), apostrophe = v128.load(CONSTANTS, 80);
  const end = text + bytes;
  for (; text < end; text += 64) {
    const a = classOf(v128.load(text), bit5, toLeast, letters, digitToLeast, digits, apostrophe);
    const b = classOf(v128.load(text, 16), bit5, toLeast, letters, digitToLeast, digits, apostrophe);
    const c = classOf(v128.load(text, 32), bit5, toLeast, letters, digitToLeast, digits, apostrophe);
    const d = classOf(v128.load(text, 48), bit5, toLeast, letters, digitToLeast, digits, apostrophe);
    store<u64>(out, a | (b << 16) | (c << 32) | (d << 48));
    out += 8;
  }
}

// Whitespace of Python's str.split(), as the server's own kernel has it.

/** Length of the whitespace character at `at`, where a character starts; 0 when it is none. */
export function spaceLength(at: usize): u32 {
  const byte: u32 = load<u8>(at);
  if (byte < 0x80) return u32(byte - 0x09 < 5 || byte - 0x1c < 5);
  return wideSpaceLength(at);
}

/** The same where a byte beyond ASCII stands at `at`. */
export function wideSpaceLength(at: usize): u32 {
  const lead: u32 = load<u8>(at);
  const second: u32 = load<u8>(at, 1);
  if (lead == 0xc2) return second == 0x85 || second == 0xa0 ? 2 : 0; // U+0085, U+00A0
  const third: u32 = load<u8>(at, 2);
  if (lead == 0xe2) {
    if (second == 0x81) return third == 0x9f ? 3 : 0; // U+205F
    if (second != 0x80) return 0;
    const space = third <= 0x8a || third == 0xa8 || third == 0xa9 || third == 0xaf;
    return space ? 3 : 0; // U+2000-200A, U+2028, U+2029, U+202F
  }
  if (lead == 0xe3) return second == 0x80 && third == 0x80 ? 3 : 0; // U+3000
  if (lead == 0xe1) return second == 0x9a && third == 0x80 ? 3 : 0; // U+1680
  return 0;
}

/** Bytes of the first two of wider whitespace characters: 80, C2, 85, A0, E1, 9A, E2, 81, E3. */
const WIDE = memory.data<u8>([
  0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
  0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2, 0xc2,
  0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85, 0x85,
  0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0, 0xa0,
  0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1, 0xe1,
  0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a, 0x9a,
  0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2, 0xe2,
  0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81,
  0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3,
], 16);

/** A bit for each byte at which, by the first two bytes, a wider whitespace character may start. */
// @ts-ignore: decorator
@inline
function startsOf(first: v128, second: v128): u64 {
  const is80 = i8x16.eq(second, v128.load(WIDE));
  const c2 = v128.and(
    i8x16.eq(first, v128.load(WIDE, 16)),
    v128.or(i8x16.eq(second, v128.load(WIDE, 32)), i8x16.eq(second, v128.load(WIDE, 48))),
  );
  const e1 = v128.and(i8x16.eq(first, v128.load(WIDE, 64)), i8x16.eq(second, v128.load(WIDE, 80)));
  const e2 = v128.and(
    i8x16.eq(first, v128.load(WIDE, 96)),
    v128.or(is80, i8x16.eq(second, v128.load(WIDE, 112))),
  );
  const e3 = v128.and(i8x16.eq(first, v128.load(WIDE, 128)), is80);
  return <u64><u32>i8x16.bitmask(v128.or(v128.or(c2, e1), v128.or(e2, e3)));
}

/** Bits of the block behind the one of wideSpaces that belong to a whitespace character of both. */
export let spill: u64 = 0;

export function clearSpill(): void {
  spill = 0;
}

/** Bits of the whitespace characters of more than one byte in the 64 bytes at `at`. */
export function wideSpaces(at: usize): u64 {
  let spaces = spill;
  spill = 0;
  let left = startsOf(v128.load(at), v128.load(at, 1)) |
    (startsOf(v128.load(at, 16), v128.load(at, 17)) << 16) |
    (startsOf(v128.load(at, 32), v128.load(at, 33)) << 32) |
    (startsOf(v128.load(at, 48), v128.load(at, 49)) << 48);
  while (left) {
    const bit = <u32>ctz(left);
    left &= left - 1;
    const length = wideSpaceLength(at + bit);
    spaces |= (((<u64>1) << length) - 1) << bit;
    if (bit + length > 64) spill = ((<u64>1) << (bit + length - 64)) - 1;
  }
  return spaces;
}

// Masks of 64 bits, one for each byte of a block.

/** The top bit of each of 64 bytes. */
// @ts-ignore: decorator
@inline
export function gather(a: v128, b: v128, c: v128, d: v128): u64 {
  return <u64><u32>i8x16.bitmask(a) | <u64><u32>i8x16.bitmask(b) << 16 |
    <u64><u32>i8x16.bitmask(c) << 32 | <u64><u32>i8x16.bitmask(d) << 48;
}

/** A bit for each of the 64 bytes that equals `byte`. */
// @ts-ignore: decorator
@inline
export function maskEqual(a: v128, b: v128, c: v128, d: v128, byte: i8): u64 {
  const wanted = i8x16.splat(byte);
  return gather(i8x16.eq(a, wanted), i8x16.eq(b, wanted), i8x16.eq(c, wanted), i8x16.eq(d, wanted));
}

/** `set`, and the rows of `rows` right behind it, or at bit 0 if `before` is 1. */
// @ts-ignore: decorator
@inline
export function spread(set: u64, rows: u64, before: u64): u64 {
  const first = (set << 1 | before) & rows;
  return set | (rows & ((rows + first) ^ rows)); // the sum clears each row from its start
}

// From masks of 64 bytes to lists of words without a branch. A bit of `edges` is set where a word
// starts, and where one ends. The offsets of the set bits, in order, are the u16 pairs (start, end)
// of the list.

/** Bytes of the table that writeEdges reads: 256 × 8 u8. */
export const POSITIONS_BYTES: i32 = 2048;

/** Stores the positions of the one bits of each byte, in order, as 8 u8. */
export function fillPositions(positions: usize): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let out = positions + (byte << 3);
    for (let bit: u32 = 0; bit < 8; bit++) if (byte & (1 << bit)) store<u8>(out++, bit);
  }
}

/**
 * The vector that writeEdges adds from each byte of a mask to the next. Load it once, keep it in a
 * local.
 */
export const STEP = memory.data<u16>([8, 8, 8, 8, 8, 8, 8, 8], 16);

// @ts-ignore: decorator
@inline
function writeByte(byte: u32, base: v128, positions: usize, out: usize): usize {
  v128.store(out, i16x8.add(v128.load_ext<u8>(positions + (byte << 3)), base));
  return out + (popcnt(byte) << 1);
}

/**
 * Writes the offsets of the one bits of `edges`, of which bit 0 has the offset `offset`, as u16.
 * Writes up to 16 bytes beyond the last. Returns the address behind the last. `positions` is the
 * address of a table of fillPositions, best a constant.
 */
// @ts-ignore: decorator
@inline
export function writeEdges(
  edges: u64, offset: u32, step: v128, positions: usize, out: usize,
): usize {
  const low = <u32>edges;
  const high = <u32>(edges >>> 32);
  let base = i16x8.splat(<i16>offset);
  out = writeByte(low & 0xff, base, positions, out);
  base = i16x8.add(base, step);
  out = writeByte((low >>> 8) & 0xff, base, positions, out);
  base = i16x8.add(base, step);
  out = writeByte((low >>> 16) & 0xff, base, positions, out);
  base = i16x8.add(base, step);
  out = writeByte(low >>> 24, base, positions, out);
  base = i16x8.add(base, step);
  out = writeByte(high & 0xff, base, positions, out);
  base = i16x8.add(base, step);
  out = writeByte((high >>> 8) & 0xff, base, positions, out);
  base = i16x8.add(base, step);
  out = writeByte((high >>> 16) & 0xff, base, positions, out);
  base = i16x8.add(base, step);
  return writeByte(high >>> 24, base, positions, out);
}

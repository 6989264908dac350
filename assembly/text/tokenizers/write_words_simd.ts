import { STEP, writeEdges } from "../../blocks/edges_simd";
import { BIT_POSITIONS } from "../../memory/masks";

// Lists of words that may touch, so that one ends where the next one starts. A mask cannot hold two
// edges at one place. But a word of two bytes or more has its last byte for itself. So first the
// last bytes are listed in place of the ends, and then one is added to each of these.

/** The u16 of an end in each pair. */
const ENDS = memory.data<u16>([0, 1, 0, 1, 0, 1, 0, 1], 16);

/**
 * Appends the offsets of starts and ends to the list at `out`, and returns its new end. Bit 0 has
 * the offset `offset`. `out` is a multiple of 4 where a start comes next.
 */
// @ts-ignore: decorator
@inline
export function writeWords(starts: u64, ends: u64, offset: u32, step: v128, out: usize): usize {
  if ((starts & ends) == 0) return writeEdges(starts | ends, offset, step, BIT_POSITIONS, out);
  const lasts = ends >>> 1;
  if (starts & lasts) return writeSingly(starts, ends, offset, out);
  store<u16>(out, <u16>(offset - 1)); // the last byte of a word that ends where the block starts
  const inBlock = out + ((<usize>ends & 1) << 1);
  const end = writeEdges(starts | lasts, offset, step, BIT_POSITIONS, inBlock);
  const one = v128.load(ENDS);
  for (let at = out & ~3; at < end; at += 16) v128.store(at, i16x8.add(v128.load(at), one));
  return end;
}

/** The same for words of one byte. */
function writeSingly(starts: u64, ends: u64, offset: u32, out: usize): usize {
  const both = starts & ends;
  for (let edges = starts | ends; edges; edges &= edges - 1) {
    const bit = ctz(edges);
    const edge = <u32>bit + offset;
    store<u32>(out, edge | edge << 16);
    out += 2 + (<usize>(both >>> bit & 1) << 1);
  }
  return out;
}

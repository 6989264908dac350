// HyperLogLog: Flajolet, Fusy, Gandouet and Meunier, "HyperLogLog: the analysis of a near-optimal
// cardinality estimation algorithm" (AofA 2007). The estimate is that of Ertl, "New cardinality
// estimation algorithms for HyperLogLog sketches" (arXiv 1702.01284, algorithm 6), which needs no
// table of corrections.
//
// A sketch has 2^12 registers. A text's hash of 64 bits names a register by its first 12 bits, and
// the register holds the greatest rank of all of its texts: how many of the other 52 bits lead up to
// the first one that is set. So a sketch depends on the set of its texts alone.

const REGISTER_BITS = 12;
export const REGISTERS = 1 << REGISTER_BITS;
const RANK_BITS = 64 - REGISTER_BITS;
const LOW_BITS = RANK_BITS - 32;
/** The greatest rank: all bits are 0. */
export const MOST_RANK = RANK_BITS + 1;

/** Standard error of an estimate, as a share of it: 1.04 / √registers. */
export const STANDARD_ERROR = 1.04 / Math.sqrt(REGISTERS);

const SEEDS = [0x9747b28c, 0x3c6ef372] as const;

/** The register that a text belongs to, and its rank. */
export interface Placed {
  register: number;
  rank: number;
}

/** Where a sketch notes a text. */
export function placeOf(bytes: Uint8Array, from: number, to: number): Placed {
  const first = murmur3(bytes, from, to, SEEDS[0]);
  const second = murmur3(bytes, from, to, SEEDS[1]);
  const low = first & ((1 << LOW_BITS) - 1);
  const rank = second !== 0 ? Math.clz32(second) + 1 : 32 + Math.clz32(low) - (32 - LOW_BITS) + 1;
  return { register: first >>> LOW_BITS, rank };
}

/** MurmurHash3_x86_32 by Austin Appleby, in the public domain. */
export function murmur3(bytes: Uint8Array, from: number, to: number, seed: number): number {
  let hash = seed;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const block = bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24;
    hash ^= mixBlock(block);
    hash = Math.imul(hash << 13 | hash >>> 19, 5) + 0xe6546b64 | 0;
  }
  let rest = 0;
  for (let i = to - at; i > 0; i--) rest = rest << 8 | bytes[at + i - 1];
  if (at < to) hash ^= mixBlock(rest);
  hash ^= to - from;
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return (hash ^ hash >>> 16) >>> 0;
}

function mixBlock(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul(mixed << 15 | mixed >>> 17, 0x1b873593);
}

/**
 * About how many texts a sketch has seen.
 *
 * @param ranks How many registers have each rank, from 0 to MOST_RANK.
 */
export function estimate(ranks: ArrayLike<number>): number {
  let z = REGISTERS * tau(1 - ranks[MOST_RANK] / REGISTERS);
  for (let rank = RANK_BITS; rank > 0; rank--) z = (z + ranks[rank]) / 2;
  z += REGISTERS * sigma(ranks[0] / REGISTERS);
  return REGISTERS * REGISTERS / (2 * Math.LN2 * z);
}

function sigma(share: number): number {
  if (share === 1) return Infinity;
  let [x, y, z, before] = [share, 1, share, -1];
  while (z !== before) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let [x, y, z, before] = [share, 1, 1 - share, -1];
  while (z !== before) {
    x = Math.sqrt(x);
    before = z;
    y /= 2;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}

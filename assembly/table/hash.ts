import { SEEDS } from "../layout";
import { goesOn, POLL_BYTES } from "../memory/runtime";

// Every engine draws 8 random odd multipliers, which seed all of its hashes, so that no client can
// choose keys that collide.
//
// Short keys (12 bytes): multiply-shift. Each word is multiplied by a multiplier of its own; the
// high bits of the sum choose the slot. Two keys that differ share one of 2^b slots with a
// probability of at most 2^(1-b) + 2^-32. If the last 4 bytes differ, their product alone takes
// 2^32 equally likely values. If only the first 8 bytes differ, the bound is that of plain
// multiply-shift.
//
// Medium keys (28 bytes): NH. The sum of four products of 32-bit sums, each word with a seed of its
// own, collides with a probability of at most 2^-32. A multiply-shift brings it down to a slot. A
// sum of products of 64-bit words would not do: two keys that differ in the top byte of two words
// each would collide far too often.
//
// Keys of any length: a chain of multiply and shift over 64-bit words, to which each word adds the
// product of its seeded halves. A plain xor of the word would not do: a difference in its top bit
// passes a multiplication unchanged, whatever the seed, and the next word could cancel it.
//
// The all-zero short key and the all-zero medium key have the hash 0. The fast passes give this key
// to a word that is not the tier's, so the word lands on slot 0, where the sentinel makes it miss.

const SEED_SHORT_LOW: usize = SEEDS;
const SEED_SHORT_HIGH: usize = SEEDS + 8;
export const SEED_NH_A: usize = SEEDS + 16; // 16 bytes
export const SEED_NH_B: usize = SEEDS + 32; // 16 bytes
export const SEED_MEDIUM: usize = SEEDS + 48;
const SEED_CHAIN: usize = SEEDS + 48;
const SEED_CHAIN_END: usize = SEEDS + 56;

// @ts-ignore: decorator
@inline
export function shortSeedLow(): u64 {
  return load<u64>(SEED_SHORT_LOW);
}

// @ts-ignore: decorator
@inline
export function shortSeedHigh(): u64 {
  return load<u64>(SEED_SHORT_HIGH);
}

/** 64 bits whose high ones choose the slot of a key of at most 12 bytes. */
// @ts-ignore: decorator
@inline
export function hashShort(low: u64, high: u32): u64 {
  return low * shortSeedLow() + <u64>high * shortSeedHigh();
}

// @ts-ignore: decorator
@inline
function product(a: u64, b: u64, seedA: u64, seedB: u64): u64 {
  return <u64>(<u32>a + <u32>seedA) * <u64>(<u32>b + <u32>seedB) +
    <u64>(<u32>(a >>> 32) + <u32>(seedA >>> 32)) * <u64>(<u32>(b >>> 32) + <u32>(seedB >>> 32));
}

/** NH of the all-zero key, which every hash of a medium key subtracts. */
export let mediumZero: u64 = 0;

export function prepareHashes(): void {
  mediumZero = 0;
  mediumZero = nhMedium(0, 0, 0, 0);
}

// @ts-ignore: decorator
@inline
function nhMedium(a0: u64, a1: u64, b0: u64, b1: u32): u64 {
  return product(a0, b0, load<u64>(SEED_NH_A), load<u64>(SEED_NH_B)) +
    product(a1, b1, load<u64>(SEED_NH_A, 8), load<u64>(SEED_NH_B, 8));
}

/** 64 bits whose high ones choose the slot of a key of 13 to 28 bytes. */
// @ts-ignore: decorator
@inline
export function hashMedium(a0: u64, a1: u64, b0: u64, b1: u32): u64 {
  return (nhMedium(a0, a1, b0, b1) - mediumZero) * load<u64>(SEED_MEDIUM);
}

/** One step of the chain: mixes the hash so far, and adds the product of the word's seeded halves. */
// @ts-ignore: decorator
@inline
function chain(hash: u64, word: u64, seed: u64, keys: u64): u64 {
  const halves = <u64>(<u32>word + <u32>keys) * <u64>(<u32>(word >>> 32) + <u32>(keys >>> 32));
  return (hash ^ (hash >>> 32)) * seed + halves;
}

/** 64 well-mixed bits of a key of any length. May read, and ignores, 7 bytes beyond it. */
export function hashKey(key: usize, bytes: u32): u64 {
  const seed = load<u64>(SEED_CHAIN), keys = load<u64>(SEED_NH_A);
  let hash: u64 = <u64>bytes * load<u64>(SEED_CHAIN_END);
  let left = bytes;
  while (left > <u32>POLL_BYTES) {
    const stop = key + POLL_BYTES;
    for (; key < stop; key += 8) hash = chain(hash, load<u64>(key), seed, keys);
    left -= <u32>POLL_BYTES;
    if (!goesOn()) return hash;
  }
  for (; left > 8; left -= 8) {
    hash = chain(hash, load<u64>(key), seed, keys);
    key += 8;
  }
  if (left != 0) hash = chain(hash, load<u64>(key) & (<u64>-1 >>> (64 - (left << 3))), seed, keys);
  hash = (hash ^ (hash >>> 32)) * seed;
  return (hash ^ (hash >>> 29)) * load<u64>(SEED_CHAIN_END);
}

const SHORT_BYTES: u32 = 12;
const MEDIUM_BYTES: u32 = 28;

/**
 * 64 bits whose high ones choose the partition of a key, and then its slot in a merge. May read, and
 * ignores, 7 bytes beyond it.
 *
 * They are those that choose the slot of the key in its tier. So a tier that is walked upwards fills
 * one partition after the other, and a merge meets records and slots in about the order in which
 * they lie in memory. By any other hash most of them would miss the caches.
 */
// @ts-ignore: decorator
@inline
export function hashInOrder(key: usize, bytes: u32): u64 {
  if (bytes - 1 >= SHORT_BYTES || load<u8>(key + bytes - 1) == 0) return hashLonger(key, bytes);
  return hashShort(wordOf(key, 0, bytes), <u32>wordOf(key, 8, bytes));
}

function hashLonger(key: usize, bytes: u32): u64 {
  if (bytes - 1 >= MEDIUM_BYTES || load<u8>(key + bytes - 1) == 0) return hashKey(key, bytes);
  const first = wordOf(key, 0, bytes), second = wordOf(key, 8, bytes);
  return hashMedium(first, second, wordOf(key, 16, bytes), <u32>wordOf(key, 24, bytes));
}

/** The 8 bytes from `offset` on; those behind the key are zeroes. */
// @ts-ignore: decorator
@inline
function wordOf(key: usize, offset: u32, bytes: u32): u64 {
  if (bytes <= offset) return 0;
  const word = load<u64>(key + offset);
  const left = <u64>(bytes - offset);
  return left >= 8 ? word : word & (<u64>-1 >>> (64 - (left << 3)));
}

/** Whether two keys of the same length are equal. */
export function equalKeys(a: usize, b: usize, bytes: u32): bool {
  while (bytes > <u32>POLL_BYTES) {
    if (!equalPieces(a, b, <u32>POLL_BYTES) || !goesOn()) return false;
    a += POLL_BYTES;
    b += POLL_BYTES;
    bytes -= <u32>POLL_BYTES;
  }
  return equalPieces(a, b, bytes);
}

// @ts-ignore: decorator
@inline
function equalPieces(a: usize, b: usize, bytes: u32): bool {
  let i: usize = 0;
  for (; i + 8 <= bytes; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  for (; i < bytes; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

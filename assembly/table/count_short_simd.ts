import { shortSeedHigh, shortSeedLow } from "./hash";
import { SHORT_BYTES } from "../memory/masks";
import { SCRATCH_HITS, SCRATCH_MISSES, SCRATCH_MISSES_END, scratch } from "../memory/runtime";
import { homeOf, isEntryOf, keyOf } from "./probe_simd";
import { shortBase, shortBits, SHORT_COUNT } from "./tier_short";

// Passes 1 and 3 over the words of a list, without a branch that depends on a word.
//
//   key   = 16 bytes at the word's start & mask[length]      all zero when too long
//   home  = hash(key)                                         0 then, where the sentinel sits
//   hit   = home's key == key
//   home's count += hit
//   hits  = hits << 1 | hit                                   64 words to a u64
//
// Of the keys of a natural language, about 80 in 100 are in their home slots. Of its words, pass 1
// finds about 97 in 100, once the frequent keys are in their home slots. Pass 3 looks for the other
// words in the other three slots of home's cache line.
//
// A shift by a variable is slow, so pass 1 exists once for each size of the tier, behind a function
// pointer. The pointer also keeps the compilers from inlining all loops into one huge function.

/** Words per u64 of hit bits, and bytes of their list entries. */
const GROUP_BYTES: usize = 256;

// @ts-ignore: decorator
@inline
function probeHome(word: u32, base: usize, slots: usize, shift: u64, low: u64, high: u64): u64 {
  const key = keyOf(word, base);
  const slot = slots + homeOf(key, low, high, shift);
  const entry = v128.load(slot);
  const hit = isEntryOf(entry, key);
  // The store writes all 16 bytes of the entry. The next load of a frequent word's entry finds them
  // in the store buffer only if a single store wrote all of them.
  v128.store(slot, i32x4.add(entry, i32x4.replace_lane(i32x4.splat(0), 3, hit)));
  return hit;
}

// @ts-ignore: decorator
@inline
function countHomeSized(base: usize, list: usize, end: usize, bits: u64): void {
  const slots = shortBase, shift = 60 - bits;
  const low = shortSeedLow(), high = shortSeedHigh();
  let out = scratch + SCRATCH_HITS;
  let group = list;
  for (; group + GROUP_BYTES <= end; group += GROUP_BYTES) {
    let hits: u64 = 0;
    // Backwards, so that the first word's bit ends up lowest.
    for (let at = group + GROUP_BYTES; at > group;) {
      at -= 16;
      const second = load<u64>(at, 8);
      hits = (hits << 1) + probeHome(<u32>(second >>> 32), base, slots, shift, low, high);
      hits = (hits << 1) + probeHome(<u32>second, base, slots, shift, low, high);
      const first = load<u64>(at);
      hits = (hits << 1) + probeHome(<u32>(first >>> 32), base, slots, shift, low, high);
      hits = (hits << 1) + probeHome(<u32>first, base, slots, shift, low, high);
    }
    store<u64>(out, hits);
    out += 8;
  }
  if (group < end) {
    let hits: u64 = -1; // the places beyond the list count as hits
    for (let at = end; at > group;) {
      at -= 4;
      hits = (hits << 1) + probeHome(load<u32>(at), base, slots, shift, low, high);
    }
    store<u64>(out, hits);
  }
}

function countHome10(base: usize, list: usize, end: usize): void { countHomeSized(base, list, end, 10); }
function countHome12(base: usize, list: usize, end: usize): void { countHomeSized(base, list, end, 12); }
function countHome13(base: usize, list: usize, end: usize): void { countHomeSized(base, list, end, 13); }
function countHome14(base: usize, list: usize, end: usize): void { countHomeSized(base, list, end, 14); }
function countHome15(base: usize, list: usize, end: usize): void { countHomeSized(base, list, end, 15); }
function countHome16(base: usize, list: usize, end: usize): void { countHomeSized(base, list, end, 16); }
function countHome17(base: usize, list: usize, end: usize): void { countHomeSized(base, list, end, 17); }
function countHome18(base: usize, list: usize, end: usize): void { countHomeSized(base, list, end, 18); }
function countHome19(base: usize, list: usize, end: usize): void { countHomeSized(base, list, end, 19); }
/** For tiers of 16 MB and more, where the loads from memory cost more than the shift. */
function countHomeLarge(base: usize, list: usize, end: usize): void {
  countHomeSized(base, list, end, shortBits);
}

/** The loop for a tier of 2^bits slots. */
function sizedFor(bits: u32): (base: usize, list: usize, end: usize) => void {
  switch (bits) {
    case 10: return countHome10;
    case 12: return countHome12;
    case 13: return countHome13;
    case 14: return countHome14;
    case 15: return countHome15;
    case 16: return countHome16;
    case 17: return countHome17;
    case 18: return countHome18;
    case 19: return countHome19;
    default: return countHomeLarge;
  }
}

/**
 * Pass 1: counts each word whose key is in its home slot of the short tier; leaves a hit bit per
 * word.
 */
export function countHome(base: usize, list: usize, end: usize): void {
  sizedFor(shortBits)(base, list, end);
}

/** End of the list of misses that splitMisses has written. */
export let longMissEnd: usize = 0;

/**
 * Writes the words that pass 1 has not found: those that are too long for the tier to the list of
 * misses, up to longMissEnd; the others from the end of the list's room downwards. Returns where
 * the latter begin.
 */
export function splitMisses(list: usize, end: usize): usize {
  let longs = scratch + SCRATCH_MISSES, shorts = scratch + SCRATCH_MISSES_END - 4;
  let hits = scratch + SCRATCH_HITS;
  for (let group = list; group < end; group += GROUP_BYTES) {
    for (let misses = ~load<u64>(hits); misses != 0; misses &= misses - 1) {
      const word = load<u32>(group + (<usize>ctz(misses) << 2));
      const isShort = <usize>((word >>> 16) - (word & 0xffff) <= SHORT_BYTES);
      store<u32>(longs, word);
      store<u32>(shorts, word); // the one that is not meant is overwritten, or behind the list
      longs += 4 - (isShort << 2);
      shorts -= isShort << 2;
    }
    hits += 8;
  }
  longMissEnd = longs;
  return shorts + 4;
}

/**
 * Pass 3: counts each word from `at` to the end of the room of misses whose key is elsewhere in
 * home's cache line; writes the other words to `out`, which is not behind `at`, and returns the end
 * of what it has written.
 *
 * If the entry's count has reached that of the entry in its home slot, the word goes to the misses
 * too, so that addShort lets the two entries change places.
 */
export function countNear(base: usize, at: usize, out: usize): usize {
  const slots = shortBase, shift: u64 = 60 - <u64>shortBits;
  const low = shortSeedLow(), high = shortSeedHigh();
  for (const end = scratch + SCRATCH_MISSES_END; at < end; at += 4) {
    const word = load<u32>(at);
    const key = keyOf(word, base);
    const home = homeOf(key, low, high, shift);
    const first = slots + (home ^ 16), second = slots + (home ^ 32), third = slots + (home ^ 48);
    const inFirst = isEntryOf(v128.load(first), key);
    const inSecond = isEntryOf(v128.load(second), key);
    const inThird = isEntryOf(v128.load(third), key);
    const slot = inThird ? third : inSecond ? second : first;
    const entry = v128.load(slot);
    const count = <u32>i32x4.extract_lane(entry, 3);
    const isColder = <u32>(count < load<u32>(slots + home, SHORT_COUNT));
    const hit = (inFirst | inSecond | inThird) & isColder;
    v128.store(slot, i32x4.add(entry, i32x4.replace_lane(i32x4.splat(0), 3, hit)));
    store<u32>(out, word);
    out += 4 - (hit << 2);
  }
  return out;
}

/** Instead of passes 2 and 3: the words that pass 1 has not found become the list of misses. */
export function listMisses(list: usize, end: usize): usize {
  let out = scratch + SCRATCH_MISSES;
  let hits = scratch + SCRATCH_HITS;
  for (let group = list; group < end; group += GROUP_BYTES) {
    for (let misses = ~load<u64>(hits); misses != 0; misses &= misses - 1) {
      store<u32>(out, load<u32>(group + (<usize>ctz(misses) << 2)));
      out += 4;
    }
    hits += 8;
  }
  return out;
}

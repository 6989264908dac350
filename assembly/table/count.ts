import { countMedium } from "./count_medium_simd";
import { finalBytes, finalFirst, finalKey, makeFinalKey } from "./final_key";
import { countHome, countNear, listMisses, longMissEnd, splitMisses } from "./count_short_simd";
import { MEDIUM_BYTES, SHORT_BYTES, lowBytes } from "../memory/masks";
import { queueWords, takesQueues } from "./queues_simd";
import { SCRATCH_MISSES, scratch } from "../memory/runtime";
import { scanHasNul } from "../text/tokenizers/scan_state";
import { addLong } from "./tier_long";
import { addMedium, mediumUsed } from "./tier_medium";
import { addShort, shortUsed } from "./tier_short";

// Counts a list of words into the open table. A list has a u32 per word: low half the start, high
// half the end, as offsets from a base address.
//
//   pass 1   every word: its home slot in the short tier, no branch      → hit bits
//   pass 2   words without a hit, too long for it: their home slot in the medium tier   → misses
//   pass 3   the other words without a hit: the other slots of home's cache line        → misses
//   pass 4   the rest, by ordinary code: collisions, new keys, growth, long keys
//
// In a table that no cache holds, all passes would wait for memory. There queues_simd.ts takes the
// short words, and the others go to pass 4.
//
// Without SIMD there are no passes 1 to 3, and every word is a miss.

/**
 * The part of the list of misses that is not counted yet; kept when a call ends with OUT_OF_PAGES.
 */
export let missNext: usize = 0;
export let missEnd: usize = 0;
let missBase: usize = 0;
/** Whether more than a third of the words of the list before had new keys. */
let wereNew: bool = false;

/**
 * Counts every word of the list. Returns false if there is no room for some; addMisses goes on
 * then.
 *
 * Reads up to 32 bytes beyond each word. `list` has room for 64 bytes beyond `end`.
 */
export function countList(base: usize, list: usize, end: usize): bool {
  missBase = base;
  const used = shortUsed + mediumUsed;
  missNext = scratch + SCRATCH_MISSES;
  if (ASC_FEATURE_SIMD && !scanHasNul && takesQueues()) {
    missEnd = queueWords(base, list, end, missNext);
    return addMisses();
  }
  // Most of a table's first words are new, so probing would be in vain.
  if (ASC_FEATURE_SIMD && !scanHasNul && shortUsed != 0) {
    countHome(base, list, end);
    missEnd = probeFurther(base, list, end);
  } else {
    missEnd = copyList(list, end);
  }
  const isDone = addMisses();
  wereNew = shortUsed + mediumUsed - used > <u32>(end - list) / 12;
  return isDone;
}

/** Passes 2 and 3, unless most words would be looked for in vain. Returns missEnd. */
// @ts-ignore: decorator
@inline
function probeFurther(base: usize, list: usize, end: usize): usize {
  if (wereNew) return listMisses(list, end);
  const shortMisses = splitMisses(list, end);
  return countNear(base, shortMisses, countMedium(base, longMissEnd));
}

function copyList(list: usize, end: usize): usize {
  memory.copy(missNext, list, end - list);
  return missNext + (end - list);
}

/** Pass 4. Returns false when a new key finds no room; the next call goes on with that key. */
export function addMisses(): bool {
  const base = missBase;
  const end = missEnd;
  let at = missNext;
  while (at < end) {
    const word = load<u32>(at);
    const start = word & 0xffff;
    if (!addKey(base + start, (word >>> 16) - start)) break;
    at += 4;
  }
  missNext = at;
  return at == end;
}

/** Forgets the misses of an unfinished call. */
export function dropMisses(): void {
  missNext = missEnd;
}

/** Adds one to the count of a key of any bytes. Reads, and ignores, 15 bytes beyond it. */
export function addKey(key: usize, bytes: u32): bool {
  if (!finalFirst) return addToTier(key, bytes);
  return makeFinalKey(key, bytes) && addToTier(finalKey, finalBytes);
}

// @ts-ignore: decorator
@inline
function addToTier(key: usize, bytes: u32): bool {
  if (bytes - 1 >= MEDIUM_BYTES || load<u8>(key + bytes - 1) == 0) return addLong(key, bytes);
  if (bytes <= 8) return addShort(load<u64>(key) & lowBytes(bytes), 0);
  if (bytes <= SHORT_BYTES) {
    return addShort(load<u64>(key), <u32>(load<u64>(key, 8) & lowBytes(bytes - 8)));
  }
  if (bytes <= 16) return addMedium(load<u64>(key), load<u64>(key, 8) & lowBytes(bytes - 8), 0, 0);
  const a0 = load<u64>(key), a1 = load<u64>(key, 8);
  if (bytes <= 24) return addMedium(a0, a1, load<u64>(key, 16) & lowBytes(bytes - 16), 0);
  const rest = <u32>(load<u64>(key, 24) & lowBytes(bytes - 24));
  return addMedium(a0, a1, load<u64>(key, 16), rest);
}

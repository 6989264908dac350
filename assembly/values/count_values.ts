import { VALUE_KEY } from "../layout";
import { MEDIUM_BYTES, SHORT_BYTES, lowBytes } from "../memory/masks";
import { SCRATCH_FOUND, SCRATCH_MISSES, scratch } from "../memory/runtime";
import { findLong } from "../table/tier_long";
import { findMedium } from "../table/tier_medium";
import { findShort, shortUsed } from "../table/tier_short";
import { scanHasNul } from "../text/tokenizers/scan_state";
import { addFound, addValue } from "./add_value";
import { findHome, findMediumHome, findNear, foundEnd } from "./find_states_simd";

// Counts a list of words whose values stand before them: as table/count.ts, but the passes only
// find the states of keys, and then a loop for the job's op combines the values with them. So what
// finds a key is the same for all ops, and no op waits for a key.
//
//   pass 1       every word: its home slot in the short tier        → found words, list of misses
//   pass 2       the misses: the other slots of home's cache line   → more found words
//   pass 3       the misses: their home slot in the medium tier     → more found words
//   op           all found words
//   pass 4       the misses that are left, one by one
//
// Without SIMD there are no passes 1 to 3, and every word is a miss.

/** The misses that are not counted yet, as in count.ts. */
let missNext: usize = 0;
let missEnd: usize = 0;
let missBase: usize = 0;

/** Returns false if there is no room for some of the words; addValueMisses goes on then. */
export function countValues(base: usize, list: usize, end: usize): bool {
  missBase = base;
  missNext = scratch + SCRATCH_MISSES;
  missEnd = missNext + (end - list);
  if (ASC_FEATURE_SIMD && !scanHasNul && shortUsed != 0) {
    findStates(base, list, end);
    addFound(base, scratch + SCRATCH_FOUND, foundEnd);
  } else {
    memory.copy(missNext, list, end - list);
  }
  return addValueMisses();
}

/** Passes 1 to 3; the latter two unless so many words miss that most of them must be new. */
// @ts-ignore: decorator
@inline
function findStates(base: usize, list: usize, end: usize): void {
  missEnd = findHome(base, list, end);
  if ((missEnd - missNext) * 3 > end - list) return;
  missEnd = findMediumHome(base, findNear(base, missEnd));
}

/** Pass 4. Returns false when a new key finds no room; the next call goes on with that key. */
export function addValueMisses(): bool {
  const base = missBase;
  const end = missEnd;
  let at = missNext;
  while (at < end) {
    const word = load<u32>(at);
    const start = word & 0xffff;
    if (!addKeyValue(base + start, (word >>> 16) - start)) break;
    at += 4;
  }
  missNext = at;
  return at == end;
}

/** Forgets the misses of an unfinished call. */
export function dropValueMisses(): void {
  missNext = missEnd;
}

/** Combines the value before a key with the key's state. Reads, and ignores, 15 bytes beyond it. */
export function addKeyValue(key: usize, bytes: u32): bool {
  const state = findKey(key, bytes);
  if (state != 0) addValue(state, key - VALUE_KEY);
  return state != 0;
}

/** As addKey. */
function findKey(key: usize, bytes: u32): usize {
  if (bytes - 1 >= MEDIUM_BYTES || load<u8>(key + bytes - 1) == 0) return findLong(key, bytes);
  if (bytes <= 8) return findShort(load<u64>(key) & lowBytes(bytes), 0);
  if (bytes <= SHORT_BYTES) {
    return findShort(load<u64>(key), <u32>(load<u64>(key, 8) & lowBytes(bytes - 8)));
  }
  if (bytes <= 16) return findMedium(load<u64>(key), load<u64>(key, 8) & lowBytes(bytes - 8), 0, 0);
  const a0 = load<u64>(key), a1 = load<u64>(key, 8);
  if (bytes <= 24) return findMedium(a0, a1, load<u64>(key, 16) & lowBytes(bytes - 16), 0);
  const rest = <u32>(load<u64>(key, 24) & lowBytes(bytes - 24));
  return findMedium(a0, a1, load<u64>(key, 16), rest);
}

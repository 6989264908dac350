import { MEDIUM_BYTES, SHORT_BYTES, lowBytes } from "../memory/masks";
import { SCRATCH_FOUND, SCRATCH_MISSES, scratch } from "../memory/runtime";
import { findLong } from "../table/tier_long";
import { findMedium } from "../table/tier_medium";
import { findShort } from "../table/tier_short";
import { addFound, addValue } from "./add_value";
import { stateBytes } from "./op";
import { addMadeStats } from "./stats";
import { addHome, findMediumHome, findNear, foundEnd, recordsFound } from "./find_states_simd";
import { keyBytesOf, keyOfRecord, listRecords } from "./record_keys";

// Combines the values of a sub-block's records with the states of their keys, as table/count.ts
// counts a list of words:
//
//   pass 1   every record: its home slot in the short tier      → (found ones,) list of misses
//   pass 2   the misses: their home slot in the medium tier     → found ones, fewer misses
//   pass 3   the misses: the other slots of home's cache line   → more found ones, fewer misses
//            the found ones: their values
//   pass 4   the misses that are left, one by one
//
// Passes 2 and 3 only find states, so that they are the same for all ops.
//
// Without SIMD, and where records hold states, there are no passes 1 to 3, and every record is a miss.

/** The misses that are not counted yet, as in count.ts. */
let missNext: usize = 0;
let missEnd: usize = 0;

/**
 * Pass 1 over the records of a sub-block, which ends at `to`; sets scanNext, as a scanner. Returns how
 * many records there are.
 */
export function takeRecords(from: usize, to: usize): u32 {
  missNext = scratch + SCRATCH_MISSES;
  if (ASC_FEATURE_SIMD && stateBytes == 0) {
    missEnd = addHome(from, to);
    return recordsFound;
  }
  missEnd = listRecords(from, to, missNext);
  return <u32>(missEnd - missNext) >>> 2;
}

/** The other passes. Returns false if there is no room for some keys; addValueMisses goes on then. */
export function countRecords(): bool {
  if (ASC_FEATURE_SIMD && stateBytes == 0) {
    missEnd = findNear(findMediumHome(missEnd));
    addFound(scratch + SCRATCH_FOUND, foundEnd);
  }
  return addValueMisses();
}

/** Pass 4. Returns false when a new key finds no room; the next call goes on with that key. */
export function addValueMisses(): bool {
  const end = missEnd;
  let at = missNext;
  while (at < end && addRecord(load<u32>(at))) at += 4;
  missNext = at;
  return at == end;
}

/** Forgets the misses of an unfinished call. */
export function dropValueMisses(): void {
  missNext = missEnd;
}

/** Combines the value of a record with its key's state. Reads, and ignores, 15 bytes beyond the key. */
export function addRecord(record: usize): bool {
  const key = keyOfRecord(record), bytes = keyBytesOf(record);
  const state = findKey(key, bytes);
  if (state == 0) return false;
  if (stateBytes == 0) addValue(state, record);
  else addMadeStats(state, key + bytes);
  return true;
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

import { mediumZero, SEED_MEDIUM, SEED_NH_A, SEED_NH_B, shortSeedHigh, shortSeedLow } from "../table/hash";
import { SHORT_MASKS } from "../memory/masks";
import { SCRATCH_FOUND, SCRATCH_MISSES, SCRATCH_SPARE_STATE, scratch } from "../memory/runtime";
import {
  homeOf,
  isEntryOf,
  isMediumEntryOf,
  mediumHomeOf,
  mediumKeyA,
  mediumKeyB,
  mediumMaskOf,
} from "../table/probe_simd";
import { mediumBase, mediumBits } from "../table/tier_medium";
import { shortBase, shortBits } from "../table/tier_short";
import { VALUE_KEY, VALUE_KEY_BYTES } from "../layout";
import { SLICE_BYTES } from "../number_layout";
import { setScanNext } from "../text/tokenizers/scan_state";
import { addAs } from "./add_value";
import {
  form,
  FORM_AVG_F64,
  FORM_AVG_I64,
  FORM_COUNT,
  FORM_MAX_F64,
  FORM_MAX_I64,
  FORM_MIN_F64,
  FORM_MIN_I64,
  FORM_STATS,
  FORM_SUM_F64,
  FORM_SUM_I64,
  keyBytesMask,
} from "./op";
import { areSlices, keyBytesOf, keyOfRecord, sliceOf } from "./record_keys";
import { clearStats, STATE_START } from "./stats";

// Passes 1 to 3 of count_values.ts, without a branch that depends on a key; see
// count_short_simd.ts and count_medium_simd.ts. Each record is written to both lists, of found
// ones and of misses, and only the list that it belongs to moves on. A pass writes no entry.

/** From so many slots on, the short tier and its states are far larger than the core's first cache. */
const LARGE_BITS: u32 = 13;

/** How many records pass 1 has found in the sub-block. */
export let recordsFound: u32 = 0;
/** End of the list of found records, a u64 each: the record | the address of its key's state. */
export let foundEnd: usize = 0;

/** Adds to the list of found records; whether it stays there, the caller decides. */
// @ts-ignore: decorator
@inline
function storeFound(found: usize, record: usize, entry: v128): void {
  store<u32>(found, <u32>record);
  v128.store_lane<u32>(found, entry, 3, 4);
}

// @ts-ignore: decorator
@inline
function keyAt(key: usize, bytes: u32): v128 {
  return v128.and(v128.load(key), v128.load(<usize>bytes << 4, SHORT_MASKS));
}

/** 0 if the key up to `end` ends with NUL, or is empty: it is of the long tier then. */
// @ts-ignore: decorator
@inline
function isOfTier(end: usize): u32 {
  return <u32>(load<u8>(end - 1) != 0); // before an empty key stands the top byte of its length
}

/** A key as a word that is all there is behind its address. */
// @ts-ignore: decorator
@inline
function wordOf(bytes: u32): u32 {
  return bytes << 16;
}

/**
 * Pass 1, for a form that the compiler knows, over records or slices; FORM_COUNT stands for listing what
 * is found. What walks from record to record waits for memory, so what finds states costs little beside
 * it.
 */
// @ts-ignore: decorator
@inline
function takeHomeAs(known: u32, slices: bool, from: usize, to: usize): usize {
  const slots = shortBase, shift: u64 = 60 - <u64>shortBits;
  const low = shortSeedLow(), high = shortSeedHigh();
  const mask = keyBytesMask;
  const header = slices ? <usize>SLICE_BYTES : <usize>VALUE_KEY;
  const spare = scratch + SCRATCH_SPARE_STATE - STATE_START;
  if (known == FORM_STATS) clearStats(spare);
  let found = scratch + SCRATCH_FOUND;
  let miss = scratch + SCRATCH_MISSES;
  let records: u32 = 0;
  let at = from;
  while (at + header <= to) {
    const bytes = load<u32>(at, VALUE_KEY_BYTES) & mask;
    if (!slices && bytes > to - at - VALUE_KEY) break;
    const start = slices ? sliceOf(at) : at + VALUE_KEY;
    const key = keyAt(start, bytes);
    const entry = v128.load(slots + homeOf(key, low, high, shift));
    const hit = isEntryOf(entry, key) & isOfTier(start + bytes);
    if (known == FORM_COUNT) {
      storeFound(found, at, entry);
      found += hit << 3;
    } else {
      addAs(known, select<usize>(<u32>i32x4.extract_lane(entry, 3), spare, hit), at);
    }
    store<u32>(miss, <u32>at);
    miss += 4 - (hit << 2);
    at += slices ? <usize>SLICE_BYTES : (bytes + VALUE_KEY + 7) & ~7;
    records++;
  }
  setScanNext(at);
  recordsFound = records;
  foundEnd = found;
  return miss;
}

/**
 * Pass 1: combines the value of each record of a sub-block whose key is in its home slot. The value
 * of another record goes to a state that nobody reads. Returns the end of the list of misses, and
 * sets recordsFound and scanNext.
 *
 * Where most states are not in the cache, it lists the records that it finds: loops that do little for
 * each record wait for the memory of more records at once.
 */
export function addHome(from: usize, to: usize): usize {
  if (areSlices()) return addHomeSlices(from, to);
  if (shortBits >= LARGE_BITS) return takeHomeAs(FORM_COUNT, false, from, to);
  switch (form) {
    case FORM_SUM_I64: return takeHomeAs(FORM_SUM_I64, false, from, to);
    case FORM_MIN_I64: return takeHomeAs(FORM_MIN_I64, false, from, to);
    case FORM_MAX_I64: return takeHomeAs(FORM_MAX_I64, false, from, to);
    case FORM_AVG_I64: return takeHomeAs(FORM_AVG_I64, false, from, to);
    case FORM_STATS: return takeHomeAs(FORM_STATS, false, from, to);
    case FORM_MIN_F64: return takeHomeAs(FORM_MIN_F64, false, from, to);
    case FORM_MAX_F64: return takeHomeAs(FORM_MAX_F64, false, from, to);
    case FORM_SUM_F64: return takeHomeAs(FORM_SUM_F64, false, from, to);
    default: return takeHomeAs(FORM_AVG_F64, false, from, to);
  }
}

/** The same for slices, which all have numbers. */
function addHomeSlices(from: usize, to: usize): usize {
  if (shortBits >= LARGE_BITS) return takeHomeAs(FORM_COUNT, true, from, to);
  return takeHomeAs(FORM_STATS, true, from, to);
}

/** Pass 2. Returns the new end of the misses. */
export function findMediumHome(end: usize): usize {
  const slots = mediumBase;
  const shift: u64 = 64 - <u64>mediumBits;
  const seedA = v128.load(SEED_NH_A), seedB = v128.load(SEED_NH_B);
  const zero = mediumZero, multiplier = load<u64>(SEED_MEDIUM);
  let found = foundEnd;
  let miss = scratch + SCRATCH_MISSES;
  for (let at = miss; at < end; at += 4) {
    const record: usize = load<u32>(at);
    const key = keyOfRecord(record);
    const word = wordOf(keyBytesOf(record));
    const mask = mediumMaskOf(word);
    const a = mediumKeyA(word, key, mask), b = mediumKeyB(word, key, mask);
    const slot = slots + mediumHomeOf(a, b, seedA, seedB, zero, multiplier, shift);
    const entryB = v128.load(slot, 16);
    const hit = isMediumEntryOf(v128.load(slot), entryB, a, b) & isOfTier(key + (word >>> 16));
    storeFound(found, record, entryB);
    store<u32>(miss, <u32>record);
    found += hit << 3;
    miss += 4 - (hit << 2);
  }
  foundEnd = found;
  return miss;
}

/**
 * Pass 3. If the entry's state is older than that of the entry in its home slot, the record goes to
 * the misses, so that findShort lets the two entries change places. Returns the new end of the
 * misses.
 */
export function findNear(end: usize): usize {
  const slots = shortBase, shift: u64 = 60 - <u64>shortBits;
  const low = shortSeedLow(), high = shortSeedHigh();
  let found = foundEnd;
  let miss = scratch + SCRATCH_MISSES;
  for (let at = miss; at < end; at += 4) {
    const record: usize = load<u32>(at);
    const start = keyOfRecord(record);
    const bytes = keyBytesOf(record);
    const key = keyAt(start, bytes);
    const home = homeOf(key, low, high, shift);
    const first = slots + (home ^ 16), second = slots + (home ^ 32), third = slots + (home ^ 48);
    const inSecond = isEntryOf(v128.load(second), key), inThird = isEntryOf(v128.load(third), key);
    const entry = v128.load(inThird ? third : inSecond ? second : first);
    const atHome = stateIn(v128.load(slots + home));
    const isYounger = <u32>(stateIn(entry) > atHome);
    const hit = isEntryOf(entry, key) & isYounger & isOfTier(start + bytes);
    storeFound(found, record, entry);
    store<u32>(miss, <u32>record);
    found += hit << 3;
    miss += 4 - (hit << 2);
  }
  foundEnd = found;
  return miss;
}

// @ts-ignore: decorator
@inline
function stateIn(entry: v128): u32 {
  return <u32>i32x4.extract_lane(entry, 3);
}

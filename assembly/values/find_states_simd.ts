import { mediumZero, SEED_MEDIUM, SEED_NH_A, SEED_NH_B, shortSeedHigh, shortSeedLow } from "../table/hash";
import { MEDIUM_BYTES, MEDIUM_MASKS_A, MEDIUM_MASKS_B, SHORT_MASKS } from "../memory/masks";
import { SCRATCH_FOUND, SCRATCH_MISSES, SCRATCH_SPARE_STATE, scratch } from "../memory/runtime";
import { mediumBase, mediumBits } from "../table/tier_medium";
import { shortBase, shortBits } from "../table/tier_short";
import { KEY_BYTES_MASK, VALUE_KEY, VALUE_KEY_BYTES } from "../layout";
import { setScanNext } from "../text/tokenizers/scan_state";
import { addAs } from "./add_value";
import {
  form,
  FORM_AVG_F64,
  FORM_AVG_I64,
  FORM_MAX_F64,
  FORM_MAX_I64,
  FORM_MIN_F64,
  FORM_MIN_I64,
  FORM_SUM_F64,
  FORM_SUM_I64,
} from "./op";

// Passes 1 to 3 of count_values.ts, without a branch that depends on a word; see
// count_short_simd.ts and count_medium_simd.ts. Each word is written to both lists, of found words
// and of misses, and only the list that it belongs to moves on. A pass writes no entry.

/** From so many slots on, the short tier and its states are larger than the caches near the core. */
const LARGE_BITS: u32 = 16;

/** How many records pass 1 has found in the sub-block. */
export let recordsFound: u32 = 0;
/** End of the list of found words, a u64 each: the word | the address of its key's state. */
export let foundEnd: usize = 0;

/** 1 if the entry has the key; its state in lane 3 is not 0. */
// @ts-ignore: decorator
@inline
function isEntryOf(entry: v128, key: v128): usize {
  return <usize>(i32x4.bitmask(i32x4.eq(entry, key)) == 7);
}

// @ts-ignore: decorator
@inline
function stateIn(entry: v128): u64 {
  return <u64><u32>i32x4.extract_lane(entry, 3) << 32;
}

// @ts-ignore: decorator
@inline
function keyOf(word: u32, base: usize): v128 {
  const start = word & 0xffff;
  const length = (word >>> 16) - start;
  return v128.and(v128.load(base + start), v128.load(<usize>length << 4, SHORT_MASKS));
}

// @ts-ignore: decorator
@inline
function homeOf(key: v128, low: u64, high: u64, shift: u64): u32 {
  const hash = i64x2.extract_lane(key, 0) * low + <u64><u32>i32x4.extract_lane(key, 2) * high;
  return <u32>(hash >>> shift) & ~15;
}

// @ts-ignore: decorator
@inline
function keyAt(record: usize, bytes: u32): v128 {
  return v128.and(v128.load(record, VALUE_KEY), v128.load(<usize>bytes << 4, SHORT_MASKS));
}

/** 0 if the key up to `end` ends with NUL, or is empty: it is of the long tier then. */
// @ts-ignore: decorator
@inline
function isOfTier(end: usize): usize {
  return <usize>(load<u8>(end - 1) != 0); // before an empty key stands the top byte of its length
}

/** The word of a record, as in the lists of scanners. */
// @ts-ignore: decorator
@inline
function wordAt(record: u32, bytes: u32): u32 {
  const start = record + VALUE_KEY;
  return start | ((start + bytes) << 16);
}

/**
 * Pass 1, for a form that the compiler knows. What walks from record to record waits for memory, so
 * what finds states costs little beside it.
 */
// @ts-ignore: decorator
@inline
function addHomeAs(known: u32, from: usize, to: usize): usize {
  const slots = shortBase, shift: u64 = 60 - <u64>shortBits;
  const low = shortSeedLow(), high = shortSeedHigh();
  const spare = scratch + SCRATCH_SPARE_STATE;
  let miss = scratch + SCRATCH_MISSES;
  let records: u32 = 0;
  let at = from;
  while (at + VALUE_KEY <= to) {
    const bytes = load<u32>(at, VALUE_KEY_BYTES) & KEY_BYTES_MASK;
    if (bytes > to - at - VALUE_KEY) break;
    const entry = v128.load(slots + homeOf(keyAt(at, bytes), low, high, shift));
    const hit = isEntryOf(entry, keyAt(at, bytes)) & isOfTier(at + bytes + VALUE_KEY);
    const state = select<usize>(<u32>i32x4.extract_lane(entry, 3), spare, hit);
    addAs(known, state, at);
    store<u32>(miss, wordAt(<u32>(at - from), bytes));
    miss += 4 - (hit << 2);
    at += (bytes + VALUE_KEY + 7) & ~7;
    records++;
  }
  setScanNext(at);
  recordsFound = records;
  return miss;
}

/**
 * Pass 1: combines the value of each record of a sub-block whose key is in its home slot. The value
 * of another record goes to a state that nobody reads. Returns the end of the list of misses, and
 * sets recordsFound and scanNext.
 */
export function addHome(from: usize, to: usize): usize {
  if (shortBits >= LARGE_BITS) return findHome(from, to);
  foundEnd = scratch + SCRATCH_FOUND;
  switch (form) {
    case FORM_SUM_I64: return addHomeAs(FORM_SUM_I64, from, to);
    case FORM_MIN_I64: return addHomeAs(FORM_MIN_I64, from, to);
    case FORM_MAX_I64: return addHomeAs(FORM_MAX_I64, from, to);
    case FORM_AVG_I64: return addHomeAs(FORM_AVG_I64, from, to);
    case FORM_MIN_F64: return addHomeAs(FORM_MIN_F64, from, to);
    case FORM_MAX_F64: return addHomeAs(FORM_MAX_F64, from, to);
    case FORM_SUM_F64: return addHomeAs(FORM_SUM_F64, from, to);
    default: return addHomeAs(FORM_AVG_F64, from, to);
  }
}

/**
 * Pass 1 where most states are not in the cache: lists the records that it finds. Loops that do little
 * for each record wait for the memory of more records at once.
 */
function findHome(from: usize, to: usize): usize {
  const slots = shortBase, shift: u64 = 60 - <u64>shortBits;
  const low = shortSeedLow(), high = shortSeedHigh();
  let found = scratch + SCRATCH_FOUND;
  let miss = scratch + SCRATCH_MISSES;
  let records: u32 = 0;
  let at = from;
  while (at + VALUE_KEY <= to) {
    const bytes = load<u32>(at, VALUE_KEY_BYTES) & KEY_BYTES_MASK;
    if (bytes > to - at - VALUE_KEY) break;
    const entry = v128.load(slots + homeOf(keyAt(at, bytes), low, high, shift));
    const hit = isEntryOf(entry, keyAt(at, bytes)) & isOfTier(at + bytes + VALUE_KEY);
    const word = wordAt(<u32>(at - from), bytes);
    store<u64>(found, stateIn(entry) | word);
    store<u32>(miss, word);
    found += hit << 3;
    miss += 4 - (hit << 2);
    at += (bytes + VALUE_KEY + 7) & ~7;
    records++;
  }
  setScanNext(at);
  recordsFound = records;
  foundEnd = found;
  return miss;
}

/** Pass 2. Returns the new end of the misses. */
export function findMediumHome(base: usize, end: usize): usize {
  const slots = mediumBase;
  const shift: u64 = 64 - <u64>mediumBits;
  const seedA = v128.load(SEED_NH_A), seedB = v128.load(SEED_NH_B);
  const zero = mediumZero, multiplier = load<u64>(SEED_MEDIUM);
  let found = foundEnd;
  let miss = scratch + SCRATCH_MISSES;
  for (let at = miss; at < end; at += 4) {
    const word = load<u32>(at);
    const start = word & 0xffff;
    const length = min<u32>((word >>> 16) - start, MEDIUM_BYTES + 1) << 4;
    const a = v128.and(v128.load(base + start), v128.load(length, MEDIUM_MASKS_A));
    const b = v128.and(v128.load(base + start, 16), v128.load(length, MEDIUM_MASKS_B));
    const sumA = i32x4.add(a, seedA), sumB = i32x4.add(b, seedB);
    const products = i64x2.add(
      i64x2.extmul_low_i32x4_u(sumA, sumB),
      i64x2.extmul_high_i32x4_u(sumA, sumB),
    );
    const sum = i64x2.extract_lane(products, 0) + i64x2.extract_lane(products, 1);
    const slot = slots + (<usize>(((sum - zero) * multiplier) >>> shift) << 5);
    const entryB = v128.load(slot, 16);
    const equalA = i32x4.bitmask(i32x4.eq(v128.load(slot), a));
    const equalB = i32x4.bitmask(i32x4.eq(entryB, b));
    const hit = <usize>((equalA | (equalB << 4)) == 0x7f) & isOfTier(base + (word >>> 16));
    store<u64>(found, stateIn(entryB) | word);
    store<u32>(miss, word);
    found += hit << 3;
    miss += 4 - (hit << 2);
  }
  foundEnd = found;
  return miss;
}

/**
 * Pass 3. If the entry's state is older than that of the entry in its home slot, the word goes to
 * the misses, so that findShort lets the two entries change places. Returns the new end of the
 * misses.
 */
export function findNear(base: usize, end: usize): usize {
  const slots = shortBase, shift: u64 = 60 - <u64>shortBits;
  const low = shortSeedLow(), high = shortSeedHigh();
  let found = foundEnd;
  let miss = scratch + SCRATCH_MISSES;
  for (let at = miss; at < end; at += 4) {
    const word = load<u32>(at);
    const key = keyOf(word, base);
    const home = homeOf(key, low, high, shift);
    const first = slots + (home ^ 16), second = slots + (home ^ 32), third = slots + (home ^ 48);
    const inSecond = isEntryOf(v128.load(second), key), inThird = isEntryOf(v128.load(third), key);
    const entry = v128.load(inThird ? third : inSecond ? second : first);
    const atHome = stateIn(v128.load(slots + home));
    const isYounger = <usize>(stateIn(entry) > atHome);
    const hit = isEntryOf(entry, key) & isYounger & isOfTier(base + (word >>> 16));
    store<u64>(found, stateIn(entry) | word);
    store<u32>(miss, word);
    found += hit << 3;
    miss += 4 - (hit << 2);
  }
  foundEnd = found;
  return miss;
}

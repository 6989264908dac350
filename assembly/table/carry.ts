import { allocArena } from "../memory/arena";
import { equalKeys } from "./hash";
import { usedBytes } from "../memory/masks";
import { copyBytes, goesOnAt, SCRATCH_FLUSH_TOKENS, scratch } from "../memory/runtime";
import { setTokensSinceCarry, table, TABLE_CARRIES, tokensSinceCarry } from "./table_header";
import { LONG_COUNT, LONG_ENTRY_BYTES, LONG_KEY, LONG_KEY_BYTES, longBase, longBits } from "./tier_long";
import { MEDIUM_COUNT, MEDIUM_ENTRY_BYTES, mediumBase, mediumBits } from "./tier_medium";
import { SHORT_COUNT, SHORT_ENTRY_BYTES, shortBase, shortBits } from "./tier_short";

// Counts in a table are u32, and a worker counts hundreds of millions of words a second. Before any
// count can wrap, the large ones are carried over: moved to u64 records in the arena. These are
// few, at most two for each interval of tokens.
//
// Let there be T tokens between two carries. A carry leaves each entry a count below T / 2, and
// until the next carry the entry gains at most T, and what was queued (queues_simd.ts), which is 2^24
// at most. So it stays below 3/2 T + 2^24, and T = 2^31 is safe.
//
// Carry record: u32 next record | u32 key bytes | u64 count | key

export const CARRY_KEY_BYTES: usize = 4;
export const CARRY_COUNT: usize = 8;
export const CARRY_KEY: usize = 16;
const DEFAULT_TOKENS: u32 = 1 << 31;

// @ts-ignore: decorator
@inline
function interval(): u32 {
  const tokens = load<u32>(scratch + SCRATCH_FLUSH_TOKENS);
  return tokens == 0 ? DEFAULT_TOKENS : tokens;
}

/** Carries over if a count could wrap within `tokens` more; false when there are no pages. */
export function makeRoomForTokens(tokens: u32): bool {
  if (tokensSinceCarry + tokens <= interval()) return true;
  if (!carryCounts(max<u32>(interval() >>> 1, 2))) return false;
  setTokensSinceCarry(0);
  return true;
}

function carryCounts(least: u32): bool {
  const shortEnd = shortBase + (SHORT_ENTRY_BYTES << shortBits);
  for (let entry = shortBase + SHORT_ENTRY_BYTES; entry < shortEnd; entry += SHORT_ENTRY_BYTES) {
    if (!goesOnAt(entry)) return false;
    if (load<u32>(entry, SHORT_COUNT) < least) continue;
    if (!carryOne(entry, shortKeyBytes(entry), entry + SHORT_COUNT)) return false;
  }
  const mediumEnd = mediumBase + (MEDIUM_ENTRY_BYTES << mediumBits);
  for (let entry = mediumBase + MEDIUM_ENTRY_BYTES; entry < mediumEnd; entry += MEDIUM_ENTRY_BYTES) {
    if (!goesOnAt(entry)) return false;
    if (load<u32>(entry, MEDIUM_COUNT) < least) continue;
    if (!carryOne(entry, mediumKeyBytes(entry), entry + MEDIUM_COUNT)) return false;
  }
  const longEnd = longBase + (LONG_ENTRY_BYTES << longBits);
  for (let entry = longBase; entry < longEnd; entry += LONG_ENTRY_BYTES) {
    if (!goesOnAt(entry)) return false;
    if (load<u32>(entry, LONG_COUNT) < least) continue;
    const key: usize = load<u32>(entry, LONG_KEY);
    if (!carryOne(key, load<u32>(entry, LONG_KEY_BYTES), entry + LONG_COUNT)) return false;
  }
  return true;
}

/** Moves an entry's count to the key's record, but for 1, since count 0 would mean an empty slot. */
function carryOne(key: usize, bytes: u32, countWord: usize): bool {
  const record = findCarry(key, bytes);
  if (record == 0) return false;
  const moved = load<u32>(countWord) - 1;
  store<u64>(record, load<u64>(record, CARRY_COUNT) + moved, CARRY_COUNT);
  store<u32>(countWord, 1);
  return true;
}

function findCarry(key: usize, bytes: u32): usize {
  let record: usize = load<u32>(table, TABLE_CARRIES);
  for (; record != 0; record = load<u32>(record)) {
    if (load<u32>(record, CARRY_KEY_BYTES) != bytes) continue;
    if (equalKeys(key, record + CARRY_KEY, bytes)) return record;
  }
  record = allocArena(<u32>CARRY_KEY + bytes);
  if (record == 0) return 0;
  store<u32>(record, load<u32>(table, TABLE_CARRIES));
  store<u32>(record, bytes, CARRY_KEY_BYTES);
  store<u64>(record, 0, CARRY_COUNT);
  copyBytes(record + CARRY_KEY, key, bytes);
  store<u32>(table, <u32>record, TABLE_CARRIES);
  return record;
}

/** Length of an entry's key, which ends with its last byte that is not zero. */
export function shortKeyBytes(entry: usize): u32 {
  const high: u64 = load<u32>(entry, 8);
  return high != 0 ? 8 + usedBytes(high) : usedBytes(load<u64>(entry));
}

export function mediumKeyBytes(entry: usize): u32 {
  const last: u64 = load<u32>(entry, 24);
  if (last != 0) return 24 + usedBytes(last);
  const third = load<u64>(entry, 16);
  return third != 0 ? 16 + usedBytes(third) : 8 + usedBytes(load<u64>(entry, 8));
}

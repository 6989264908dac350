import { allocArena } from "../memory/arena";
import { equalKeys, hashKey } from "./hash";
import { copyBytes, goesOnAt } from "../memory/runtime";
import {
  PAGE_ENTRIES_16,
  TIER_BASE,
  TIER_BITS,
  TIER_PAGES,
  TIER_USED,
  tierHardLimit,
  tierLimit,
} from "./table_header";
import * as layout from "../table_layout";
import { freeTablePages } from "./table_pages";
import { leaveTier, takeTier, tierPages } from "./tier_span";
import { takeState } from "../values/states";

// Keys of more than 28 bytes, the empty key, and keys that end with NUL. The entry points to the
// key's bytes in the arena: u32 hash | u32 bytes | u32 key | u32 count.

export const LONG_ENTRY_BYTES: usize = layout.LONG_ENTRY_BYTES;
export const LONG_KEY_BYTES: usize = layout.LONG_KEY_BYTES;
export const LONG_KEY: usize = layout.LONG_KEY;
export const LONG_COUNT: usize = layout.LONG_COUNT;

export let longBase: usize = 0;
export let longBits: u32 = 0;
let used: u32 = 0;
let limit: u32 = 0;
let pages: u32 = 0;

export function openLong(tier: usize): void {
  longBase = load<u32>(tier, TIER_BASE);
  longBits = load<u32>(tier, TIER_BITS);
  used = load<u32>(tier, TIER_USED);
  pages = load<u32>(tier, TIER_PAGES);
  limit = tierLimit(longBits);
}

export function closeLong(tier: usize): void {
  store<u32>(tier, <u32>longBase, TIER_BASE);
  store<u32>(tier, longBits, TIER_BITS);
  store<u32>(tier, used, TIER_USED);
  store<u32>(tier, pages, TIER_PAGES);
}

/** As addShort, for a key of any length. Reads, and ignores, up to 7 bytes beyond it. */
export function addLong(key: usize, bytes: u32): bool {
  const hash = <u32>(hashKey(key, bytes) >>> 32);
  const mask = (<u32>1 << longBits) - 1;
  let slot = hash >>> (32 - longBits);
  while (true) {
    const entry = longBase + (<usize>slot << 4);
    const count = load<u32>(entry, LONG_COUNT);
    if (count == 0) {
      if (used >= limit) return growLong() && addLong(key, bytes);
      const copy = allocArena(bytes);
      if (copy == 0) return false;
      copyBytes(copy, key, bytes);
      store<u32>(entry, hash);
      store<u32>(entry, bytes, LONG_KEY_BYTES);
      store<u32>(entry, <u32>copy, LONG_KEY);
      store<u32>(entry, 1, LONG_COUNT);
      used++;
      return true;
    }
    if (
      load<u32>(entry) == hash && load<u32>(entry, LONG_KEY_BYTES) == bytes &&
      equalKeys(key, load<u32>(entry, LONG_KEY), bytes)
    ) {
      store<u32>(entry, count + 1, LONG_COUNT);
      return true;
    }
    slot = (slot + 1) & mask;
  }
}

/** As findShort, for a key of any length. */
export function findLong(key: usize, bytes: u32): usize {
  const hash = <u32>(hashKey(key, bytes) >>> 32);
  const mask = (<u32>1 << longBits) - 1;
  let slot = hash >>> (32 - longBits);
  while (true) {
    const entry = longBase + (<usize>slot << 4);
    const state: usize = load<u32>(entry, LONG_COUNT);
    if (state == 0) return insertState(entry, hash, key, bytes);
    if (
      load<u32>(entry) == hash && load<u32>(entry, LONG_KEY_BYTES) == bytes &&
      equalKeys(key, load<u32>(entry, LONG_KEY), bytes)
    ) return state;
    slot = (slot + 1) & mask;
  }
}

function insertState(entry: usize, hash: u32, key: usize, bytes: u32): usize {
  if (used >= limit) return growLong() ? findLong(key, bytes) : 0;
  const state = takeState();
  const copy: usize = state == 0 ? 0 : allocArena(bytes);
  if (copy == 0) return 0;
  copyBytes(copy, key, bytes);
  store<u32>(entry, hash);
  store<u32>(entry, bytes, LONG_KEY_BYTES);
  store<u32>(entry, <u32>copy, LONG_KEY);
  store<u32>(entry, <u32>state, LONG_COUNT);
  used++;
  return state;
}

/** Doubles the tier, or lets it fill further when there are no pages; false when it is full. */
function growLong(): bool {
  const newBits = max(longBits + 1, PAGE_ENTRIES_16);
  const newBase = takeTier(LONG_ENTRY_BYTES, newBits);
  if (newBase == 0) {
    limit = tierHardLimit(longBits);
    return used < limit;
  }
  const mask = (<u32>1 << newBits) - 1;
  const end = longBase + (LONG_ENTRY_BYTES << longBits);
  for (let entry = longBase; entry < end; entry += LONG_ENTRY_BYTES) {
    if (!goesOnAt(entry)) {
      freeTablePages(newBase, tierPages(LONG_ENTRY_BYTES, newBits));
      return false;
    }
    if (load<u32>(entry, LONG_COUNT) == 0) continue;
    let slot = load<u32>(entry) >>> (32 - newBits);
    while (load<u32>(newBase + (<usize>slot << 4), LONG_COUNT) != 0) slot = (slot + 1) & mask;
    store<u64>(newBase + (<usize>slot << 4), load<u64>(entry));
    store<u64>(newBase + (<usize>slot << 4), load<u64>(entry, 8), 8);
  }
  leaveTier(longBase, LONG_ENTRY_BYTES << longBits, pages);
  longBase = newBase;
  longBits = newBits;
  pages = tierPages(LONG_ENTRY_BYTES, newBits);
  limit = tierLimit(newBits);
  return true;
}

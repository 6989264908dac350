import { hashShort } from "./hash";
import { goesOnAt } from "../memory/runtime";
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

// Keys of 1 to 12 bytes: u64 low | u32 high | u32 count.
//
// Four entries share a cache line, and it costs little more to look at all of them than at one. So
// probing goes by lines. A key is in the line of its home slot, or else in a later line, and then
// all lines before that one are full. Within a line, a probe looks at the home slot first.

export const SHORT_ENTRY_BYTES: usize = layout.SHORT_ENTRY_BYTES;
export const LINE_BYTES: usize = 64;
const HIGH: usize = 8;
export const SHORT_COUNT: usize = layout.SHORT_COUNT;

export let shortBase: usize = 0;
export let shortBits: u32 = 0;
export let shortUsed: u32 = 0;
let limit: u32 = 0;
let pages: u32 = 0;

export function openShort(tier: usize): void {
  shortBase = load<u32>(tier, TIER_BASE);
  shortBits = load<u32>(tier, TIER_BITS);
  shortUsed = load<u32>(tier, TIER_USED);
  pages = load<u32>(tier, TIER_PAGES);
  limit = tierLimit(shortBits);
}

export function closeShort(tier: usize): void {
  store<u32>(tier, <u32>shortBase, TIER_BASE);
  store<u32>(tier, shortBits, TIER_BITS);
  store<u32>(tier, shortUsed, TIER_USED);
  store<u32>(tier, pages, TIER_PAGES);
}

/**
 * Occupies slot 0 with a pattern whose own hash has its top bit set, so that its home slot is
 * another one in a tier of any size: a key of these very bytes never meets the pattern.
 */
export function placeShortSentinel(base: usize): void {
  let pattern: u64 = 0x100;
  while (<i64>hashShort(pattern, 0) >= 0) pattern += 0x100;
  store<u64>(base, pattern);
  store<u32>(base, 1, SHORT_COUNT);
}

/** The slot of `line` that a key with this home looks at in step 0 to 3; byte offsets. */
// @ts-ignore: decorator
@inline
export function slotIn(line: usize, home: usize, step: usize): usize {
  return line | ((home ^ (step << 4)) & (LINE_BYTES - 16));
}

/**
 * Adds one to a key's count.
 *
 * An entry whose count reaches that of the entry in its home slot changes places with it, so that
 * the first probe of pass 1 finds the frequent words. All lines between the two are full, so
 * probing still finds both. Returns false, with nothing changed, when the key is new and there is
 * no room.
 */
export function addShort(low: u64, high: u32): bool {
  const mask = ((<usize>1 << shortBits) - 1) << 4;
  const home = <usize>(hashShort(low, high) >>> (64 - <u64>shortBits)) << 4;
  let line = home & ~(LINE_BYTES - 1);
  while (true) {
    let empty: usize = 0;
    for (let step: usize = 0; step < 4; step++) {
      const slot = slotIn(line, home, step);
      const entry = shortBase + slot;
      const count = load<u32>(entry, SHORT_COUNT);
      if (count == 0) {
        empty = empty == 0 ? entry : empty;
      } else if (load<u64>(entry) == low && load<u32>(entry, HIGH) == high && slot != 0) {
        store<u32>(entry, count + 1, SHORT_COUNT);
        if (slot != home && home != 0 && count >= load<u32>(shortBase + home, SHORT_COUNT)) {
          swap(entry, shortBase + home);
        }
        return true;
      }
    }
    if (empty != 0) return insert(empty, low, high);
    line = (line + LINE_BYTES) & mask;
  }
}

function insert(entry: usize, low: u64, high: u32): bool {
  if (shortUsed >= limit) return growShort() && addShort(low, high);
  store<u64>(entry, low);
  store<u64>(entry, (<u64>1 << 32) | high, HIGH);
  shortUsed++;
  return true;
}

/**
 * The same walk in a job with values: returns the address of the key's state, or 0 without room.
 *
 * An entry whose state is older than that of the entry in its home slot changes places with it: the
 * keys that came first are the frequent ones. Addresses grow with age but for the jumps between the
 * arena's spans.
 */
export function findShort(low: u64, high: u32): usize {
  const mask = ((<usize>1 << shortBits) - 1) << 4;
  const home = <usize>(hashShort(low, high) >>> (64 - <u64>shortBits)) << 4;
  let line = home & ~(LINE_BYTES - 1);
  while (true) {
    let empty: usize = 0;
    for (let step: usize = 0; step < 4; step++) {
      const slot = slotIn(line, home, step);
      const entry = shortBase + slot;
      const state = load<u32>(entry, SHORT_COUNT);
      if (state == 0) {
        empty = empty == 0 ? entry : empty;
      } else if (load<u64>(entry) == low && load<u32>(entry, HIGH) == high && slot != 0) {
        if (slot != home && home != 0 && state < load<u32>(shortBase + home, SHORT_COUNT)) {
          swap(entry, shortBase + home);
        }
        return state;
      }
    }
    if (empty != 0) return insertState(empty, low, high);
    line = (line + LINE_BYTES) & mask;
  }
}

function insertState(entry: usize, low: u64, high: u32): usize {
  if (shortUsed >= limit) return growShort() ? findShort(low, high) : 0;
  const state = takeState();
  if (state == 0) return 0;
  store<u64>(entry, low);
  store<u64>(entry, (<u64>state << 32) | high, HIGH);
  shortUsed++;
  return state;
}

function swap(a: usize, b: usize): void {
  const low = load<u64>(a), rest = load<u64>(a, 8);
  store<u64>(a, load<u64>(b));
  store<u64>(a, load<u64>(b, 8), 8);
  store<u64>(b, low);
  store<u64>(b, rest, 8);
}

/** Doubles the tier, or lets it fill further when there are no pages; false when it is full. */
function growShort(): bool {
  const bits = max(shortBits + 1, PAGE_ENTRIES_16);
  const base = takeTier(SHORT_ENTRY_BYTES, bits);
  if (base == 0) {
    limit = tierHardLimit(shortBits);
    return shortUsed < limit;
  }
  placeShortSentinel(base);
  if (!moveEntries(base, bits)) {
    freeTablePages(base, tierPages(SHORT_ENTRY_BYTES, bits));
    return false;
  }
  leaveTier(shortBase, SHORT_ENTRY_BYTES << shortBits, pages);
  shortBase = base;
  shortBits = bits;
  pages = tierPages(SHORT_ENTRY_BYTES, bits);
  limit = tierLimit(bits);
  return true;
}

/**
 * Moves all entries to a larger array. The high bits of a hash choose the slot, so entries keep
 * nearly their order, and both arrays are walked upwards. False: halted.
 */
function moveEntries(base: usize, bits: u32): bool {
  const mask = ((<usize>1 << bits) - 1) << 4;
  const end = shortBase + (SHORT_ENTRY_BYTES << shortBits);
  const shift = 64 - <u64>bits;
  for (let entry = shortBase + SHORT_ENTRY_BYTES; entry < end; entry += SHORT_ENTRY_BYTES) {
    if (!goesOnAt(entry)) return false;
    const rest = load<u64>(entry, HIGH);
    if (rest >>> 32 == 0) continue;
    const low = load<u64>(entry);
    const home = <usize>(hashShort(low, <u32>rest) >>> shift) << 4;
    let line = home & ~(LINE_BYTES - 1);
    let slot = home;
    for (let step: usize = 1; load<u32>(base + slot, SHORT_COUNT) != 0; step++) {
      if ((step & 3) == 0) line = (line + LINE_BYTES) & mask;
      slot = slotIn(line, home, step & 3);
    }
    store<u64>(base + slot, low);
    store<u64>(base + slot, rest, HIGH);
  }
  return true;
}

import { hashMedium } from "./hash";
import { goesOnAt } from "../memory/runtime";
import {
  PAGE_ENTRIES_32,
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

// Keys of 13 to 28 bytes: u64 × 3 and u32 of key | u32 count.

export const MEDIUM_ENTRY_BYTES: usize = layout.MEDIUM_ENTRY_BYTES;
export const MEDIUM_COUNT: usize = layout.MEDIUM_COUNT;

export let mediumBase: usize = 0;
export let mediumBits: u32 = 0;
export let mediumUsed: u32 = 0;
let limit: u32 = 0;
let pages: u32 = 0;

export function openMedium(tier: usize): void {
  mediumBase = load<u32>(tier, TIER_BASE);
  mediumBits = load<u32>(tier, TIER_BITS);
  mediumUsed = load<u32>(tier, TIER_USED);
  pages = load<u32>(tier, TIER_PAGES);
  limit = tierLimit(mediumBits);
}

export function closeMedium(tier: usize): void {
  store<u32>(tier, <u32>mediumBase, TIER_BASE);
  store<u32>(tier, mediumBits, TIER_BITS);
  store<u32>(tier, mediumUsed, TIER_USED);
  store<u32>(tier, pages, TIER_PAGES);
}

/**
 * Occupies slot 0 with a pattern that is no key of this tier, since its bytes from 12 on are zero.
 */
export function placeMediumSentinel(base: usize): void {
  store<u64>(base, 0x100);
  store<u32>(base, 1, MEDIUM_COUNT);
}

/** As addShort, for a key of 13 to 28 bytes in four zero-padded words. */
export function addMedium(a0: u64, a1: u64, b0: u64, b1: u32): bool {
  const mask = ((<usize>1 << mediumBits) - 1) << 5;
  const home = <usize>(hashMedium(a0, a1, b0, b1) >>> (64 - <u64>mediumBits)) << 5;
  for (let slot = home;; slot = (slot + MEDIUM_ENTRY_BYTES) & mask) {
    const entry = mediumBase + slot;
    const count = load<u32>(entry, MEDIUM_COUNT);
    if (count == 0) {
      if (mediumUsed >= limit) return growMedium() && addMedium(a0, a1, b0, b1);
      store<u64>(entry, a0);
      store<u64>(entry, a1, 8);
      store<u64>(entry, b0, 16);
      store<u64>(entry, (<u64>1 << 32) | b1, 24);
      mediumUsed++;
      return true;
    }
    if (
      load<u64>(entry) != a0 || load<u64>(entry, 8) != a1 || load<u64>(entry, 16) != b0 ||
      load<u32>(entry, 24) != b1
    ) continue;
    store<u32>(entry, count + 1, MEDIUM_COUNT);
    if (slot != home && home != 0 && count >= load<u32>(mediumBase + home, MEDIUM_COUNT)) {
      swap(entry, mediumBase + home);
    }
    return true;
  }
}

/** As findShort, for a key of this tier. */
export function findMedium(a0: u64, a1: u64, b0: u64, b1: u32): usize {
  const mask = ((<usize>1 << mediumBits) - 1) << 5;
  const home = <usize>(hashMedium(a0, a1, b0, b1) >>> (64 - <u64>mediumBits)) << 5;
  for (let slot = home;; slot = (slot + MEDIUM_ENTRY_BYTES) & mask) {
    const entry = mediumBase + slot;
    const state: usize = load<u32>(entry, MEDIUM_COUNT);
    if (state == 0) return insertState(entry, a0, a1, b0, b1);
    if (
      load<u64>(entry) != a0 || load<u64>(entry, 8) != a1 || load<u64>(entry, 16) != b0 ||
      load<u32>(entry, 24) != b1
    ) continue;
    if (slot != home && home != 0 && state < load<u32>(mediumBase + home, MEDIUM_COUNT)) {
      swap(entry, mediumBase + home);
    }
    return state;
  }
}

function insertState(entry: usize, a0: u64, a1: u64, b0: u64, b1: u32): usize {
  if (mediumUsed >= limit) return growMedium() ? findMedium(a0, a1, b0, b1) : 0;
  const state = takeState();
  if (state == 0) return 0;
  store<u64>(entry, a0);
  store<u64>(entry, a1, 8);
  store<u64>(entry, b0, 16);
  store<u64>(entry, (<u64>state << 32) | b1, 24);
  mediumUsed++;
  return state;
}

function swap(a: usize, b: usize): void {
  for (let i: usize = 0; i < MEDIUM_ENTRY_BYTES; i += 8) {
    const word = load<u64>(a + i);
    store<u64>(a + i, load<u64>(b + i));
    store<u64>(b + i, word);
  }
}

/** Doubles the tier, or lets it fill further when there are no pages; false when it is full. */
function growMedium(): bool {
  const bits = max(mediumBits + 1, PAGE_ENTRIES_32);
  const base = takeTier(MEDIUM_ENTRY_BYTES, bits);
  if (base == 0) {
    limit = tierHardLimit(mediumBits);
    return mediumUsed < limit;
  }
  placeMediumSentinel(base);
  if (!moveEntries(base, bits)) {
    freeTablePages(base, tierPages(MEDIUM_ENTRY_BYTES, bits));
    return false;
  }
  leaveTier(mediumBase, MEDIUM_ENTRY_BYTES << mediumBits, pages);
  mediumBase = base;
  mediumBits = bits;
  pages = tierPages(MEDIUM_ENTRY_BYTES, bits);
  limit = tierLimit(bits);
  return true;
}

/** Moves all entries to a larger array, as in the short tier. False: halted. */
function moveEntries(base: usize, bits: u32): bool {
  const mask = ((<usize>1 << bits) - 1) << 5;
  const end = mediumBase + (MEDIUM_ENTRY_BYTES << mediumBits);
  const shift = 64 - <u64>bits;
  for (let entry = mediumBase + MEDIUM_ENTRY_BYTES; entry < end; entry += MEDIUM_ENTRY_BYTES) {
    if (!goesOnAt(entry)) return false;
    const rest = load<u64>(entry, 24);
    if (rest >>> 32 == 0) continue;
    const a0 = load<u64>(entry), a1 = load<u64>(entry, 8), b0 = load<u64>(entry, 16);
    let slot = <usize>(hashMedium(a0, a1, b0, <u32>rest) >>> shift) << 5;
    while (load<u32>(base + slot, MEDIUM_COUNT) != 0) slot = (slot + MEDIUM_ENTRY_BYTES) & mask;
    store<u64>(base + slot, a0);
    store<u64>(base + slot, a1, 8);
    store<u64>(base + slot, b0, 16);
    store<u64>(base + slot, rest, 24);
  }
  return true;
}

import { mediumKeyBytes, shortKeyBytes } from "../table/carry";
import { hashMedium, hashShort } from "../table/hash";
import { goesOnAt } from "../memory/runtime";
import { TABLE_LONG, TABLE_MEDIUM, TABLE_SHORT, TIER_BASE, TIER_BITS } from "../table/table_header";
import { LONG_ENTRY_BYTES, LONG_KEY, LONG_KEY_BYTES } from "../table/tier_long";
import { MEDIUM_ENTRY_BYTES } from "../table/tier_medium";
import { LINE_BYTES, SHORT_ENTRY_BYTES, slotIn } from "../table/tier_short";

// The entries of one tier of a closed table, whatever tier it is. In all of them the count is an
// entry's last word.

export const TIERS: u32 = 3;
const SHORT: u32 = 0;
const MEDIUM: u32 = 1;
export const LONG: u32 = 2;

/** The tier in hand: which one, where its header is, its entries, and how long one is. */
let tier: u32 = 0;
export let tierHeader: usize = 0;
export let firstEntry: usize = 0;
export let endOfEntries: usize = 0;
export let entryBytes: usize = 0;
let base: usize = 0;
let bits: u32 = 0;
let mask: usize = 0;

/** Key of the entry in hand. */
export let entryKey: usize = 0;
export let entryKeyBytes: u32 = 0;

export function openTier(table: usize, index: u32): void {
  tier = index;
  tierHeader = table + (index == SHORT ? TABLE_SHORT : index == MEDIUM ? TABLE_MEDIUM : TABLE_LONG);
  entryBytes = index == SHORT ? SHORT_ENTRY_BYTES : index == MEDIUM ? MEDIUM_ENTRY_BYTES : LONG_ENTRY_BYTES;
  base = load<u32>(tierHeader, TIER_BASE);
  bits = load<u32>(tierHeader, TIER_BITS);
  const bytes = entryBytes << bits;
  mask = bytes - 1;
  endOfEntries = base + bytes;
  firstEntry = index == LONG ? base : base + entryBytes; // behind the sentinel
}

/** Where the count of an entry is; 0 means that the slot is empty. */
// @ts-ignore: decorator
@inline
export function countOf(entry: usize): usize {
  return entry + entryBytes - 4;
}

export function openKey(entry: usize): void {
  if (tier == LONG) {
    entryKey = load<u32>(entry, LONG_KEY);
    entryKeyBytes = load<u32>(entry, LONG_KEY_BYTES);
  } else {
    entryKey = entry;
    entryKeyBytes = tier == SHORT ? shortKeyBytes(entry) : mediumKeyBytes(entry);
  }
}

// @ts-ignore: decorator
@inline
export function clearEntry(entry: usize): void {
  for (let i: usize = 0; i < entryBytes; i += 8) store<u64>(entry + i, 0);
}

// ---- what leaves, leaves a gap, and a probe ends at a gap -------------------------------------------

/**
 * The last slot that no probe has ever gone beyond: an empty one, or of the short tier the last one
 * of a line with an empty one. To be asked before any key leaves.
 */
export function lastSlot(): usize {
  const first = firstEntry;
  for (let entry = first; entry < endOfEntries; entry += entryBytes) {
    if (load<u32>(countOf(entry)) != 0) continue;
    return tier == SHORT ? (entry - base) | (LINE_BYTES - entryBytes) : entry - base;
  }
  unreachable(); // no tier is ever full
  return 0;
}

/**
 * Puts every key where a probe finds it, when some have left.
 *
 * The walk begins behind `last`. So whatever stands between a key and its home slot has its final
 * place already, and the key moves towards its home, or stays.
 *
 * @param last What lastSlot has said before the first of them left.
 */
export function settleTier(last: usize): void {
  const first = last + entryBytes;
  for (let offset: usize = 0; offset <= mask && goesOnAt(offset); offset += entryBytes) {
    const entry = base + ((first + offset) & mask);
    const count = load<u32>(countOf(entry));
    if (count == 0 || entry < firstEntry) continue;
    store<u32>(countOf(entry), 0); // it may stay where it is
    const to = freeFrom(homeOf(entry));
    if (to != entry) {
      for (let i: usize = 0; i < entryBytes; i += 8) store<u64>(to + i, load<u64>(entry + i));
      clearEntry(entry);
    }
    store<u32>(countOf(to), count);
  }
}

/** Offset of an entry's home slot. */
function homeOf(entry: usize): usize {
  let hash: u64;
  if (tier == LONG) hash = <u64>load<u32>(entry) << 32;
  else if (tier == SHORT) hash = hashShort(load<u64>(entry), load<u32>(entry, 8));
  else hash = hashMedium(load<u64>(entry), load<u64>(entry, 8), load<u64>(entry, 16), load<u32>(entry, 24));
  return <usize>(hash >>> (64 - <u64>bits)) * entryBytes;
}

/** The first empty slot that a probe from a home slot meets. */
function freeFrom(home: usize): usize {
  if (tier == SHORT) return freeInLines(home);
  let slot = home;
  while (load<u32>(countOf(base + slot)) != 0) slot = (slot + entryBytes) & mask;
  return base + slot;
}

function freeInLines(home: usize): usize {
  let line = home & ~(LINE_BYTES - 1);
  while (true) {
    for (let step: usize = 0; step < 4; step++) {
      const entry = base + slotIn(line, home, step);
      if (load<u32>(countOf(entry)) == 0) return entry;
    }
    line = (line + LINE_BYTES) & mask;
  }
}

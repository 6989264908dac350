import { donate } from "../memory/arena";
import { pagesFor } from "../memory/pages";
import { allocTablePages, freeTablePages } from "./table_pages";

// The memory of a tier: at first a part of the table's first page, then a span of pages. Each span
// is twice as large as the one before.

/** A tier takes at most half of the address space. */
const MAX_TIER_BYTES: u64 = 1 << 31;

/** Zeroed pages for 2^bits entries of a tier; 0 when there are none, or it would be too large. */
export function takeTier(entryBytes: usize, bits: u32): usize {
  if (<u64>entryBytes << bits > MAX_TIER_BYTES) return 0;
  return allocTablePages(tierPages(entryBytes, bits), true);
}

export function tierPages(entryBytes: usize, bits: u32): u32 {
  return pagesFor(<u64>entryBytes << bits);
}

/**
 * Gives back the memory that a tier has moved out of: frees its span, or gives its part of the first
 * page to the arena.
 */
export function leaveTier(base: usize, bytes: usize, pages: u32): void {
  if (pages != 0) freeTablePages(base, pages);
  else donate(base, bytes);
}

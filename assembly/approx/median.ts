import { SCRATCH_HISTOGRAM, scratch } from "../memory/runtime";

// About the median of many counts, by a histogram: each count below 64 has a bucket of its own, and
// 32 buckets share each power of two from there on, so that a bucket's bounds are within 3 %.

const EXACT: u32 = 64;
const FINE_BITS: u32 = 5;
const BUCKETS: u32 = EXACT + (32 - 6) * (1 << FINE_BITS);

/** How many counts there are. */
export let notedCounts: u32 = 0;

// @ts-ignore: decorator
@inline
function bucket(index: u32): usize {
  return scratch + SCRATCH_HISTOGRAM + (<usize>index << 2);
}

export function beginMedian(): void {
  notedCounts = 0;
  memory.fill(bucket(0), 0, <usize>BUCKETS << 2);
}

// @ts-ignore: decorator
@inline
export function noteCount(count: u32): void {
  notedCounts++;
  const at = bucket(bucketOf(count));
  store<u32>(at, load<u32>(at) + 1);
}

function bucketOf(count: u32): u32 {
  if (count < EXACT) return count;
  const shift = 31 - FINE_BITS - clz(count);
  return EXACT + (shift - 1) * (1 << FINE_BITS) + ((count >>> shift) - (1 << FINE_BITS));
}

/** The greatest count of a bucket. */
function mostOf(index: u32): u32 {
  if (index < EXACT) return index;
  const shift = ((index - EXACT) >>> FINE_BITS) + 1;
  const fine: u64 = (1 << FINE_BITS) + ((index - EXACT) & ((1 << FINE_BITS) - 1));
  return <u32>(((fine + 1) << shift) - 1);
}

/** What at least half of the counts do not exceed: the least such number, or up to 3 % more; 0 of none. */
export function medianCount(): u32 {
  let seen: u32 = 0;
  for (let index: u32 = 0; index < BUCKETS; index++) {
    seen += load<u32>(bucket(index));
    if (seen != 0 && seen >= notedCounts - seen) return mostOf(index);
  }
  return 0;
}

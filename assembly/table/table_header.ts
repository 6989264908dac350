import { PARTITION_CAPACITY } from "../layout";
import * as layout from "../table_layout";

// The counting table of one worker for one job: three open-addressing tiers by key length and an
// arena for long keys.
//
//   tier     keys            entry                                           bytes
//   short    1–12 bytes      key, zero padded | u32 count                       16
//   medium   13–28 bytes     key, zero padded | u32 count                       32
//   long     the rest        u32 hash | u32 bytes | u32 key | u32 count         16
//
// In a job with values an entry has the address of its key's state in place of the count.
//
// 1. Count 0 means an empty slot. A tier has 2^bits slots. The hash's high bits choose a key's home
//    slot, and probing goes on from there, by slots or by cache lines.
// 2. Slot 0 of the short and the medium tier holds a sentinel that no probe can hit.
// 3. A key whose last byte is NUL, and the empty key, are in the long tier, whatever their length.
//    In the other tiers a key ends with its last byte that is not zero.
// 4. A table starts within one page: header, tiers, arena. A tier that grows moves to a span of
//    pages of its own.
// 5. Words of a large table may be queued before they are counted: see queues_simd.ts.
// 6. Only the table's worker writes it until it is partitioned; the host may look at it meanwhile.
//    While the table is open, its fields are globals of the instance, and the header is out of
//    date.
//
// tier_short.ts, tier_medium.ts and tier_long.ts are three copies on purpose in what opens, closes
// and grows a tier: each keeps its fields in globals of its own, which no shared function could
// set. Change all three together.

// Header: table_layout.ts has the fields that the host reads as well.
export const TIER_BASE: usize = layout.TIER_BASE;
export const TIER_BITS: usize = layout.TIER_BITS;
export const TIER_USED: usize = layout.TIER_USED;
export const TIER_PAGES: usize = layout.TIER_PAGES;
export const TABLE_SHORT: usize = layout.TABLE_SHORT;
export const TABLE_MEDIUM: usize = layout.TABLE_MEDIUM;
export const TABLE_LONG: usize = layout.TABLE_LONG;
/** Free part of the arena, and the chain of its spans. */
export const TABLE_ARENA: usize = 48;
export const TABLE_ARENA_END: usize = 52;
export const TABLE_ARENA_SPANS: usize = 56;
/** Counts that left their entries before they could wrap; see carry.ts. */
export const TABLE_CARRIES: usize = 60;
/** u64: tokens added since the counts were last carried over. */
export const TABLE_TOKENS: usize = 64;
/** Cursor of partitioning: the tier and the slot that come next. */
export const TABLE_CURSOR_TIER: usize = 72;
export const TABLE_CURSOR_SLOT: usize = 76;
/** Partitions that are not yet reduced; the worker that reduces the last one frees the first page. */
export const TABLE_PARTITIONS_LEFT: usize = 80;
/** Not 0 when two of the table's records may have the same key, by folding or by carries. */
export const TABLE_CHANGED: usize = 84;
/** Pages of tiers and arena, without the first page. */
export const TABLE_PAGES: usize = 88;
/** In a job with values, the free part of the latest block of states; see values/states.ts. */
export const TABLE_STATES: usize = 92;
export const TABLE_STATES_END: usize = 96;
/** Address of the queues, or 0, and the bits of the tier that they are for; see queues_simd.ts. */
export const TABLE_QUEUES: usize = layout.TABLE_QUEUES;
export const TABLE_QUEUE_BITS: usize = 104;
/** u32 × PARTITION_CAPACITY: first and last block of each partition's run; see record_runs.ts. */
export const TABLE_RUNS: usize = 128;
export const TABLE_RUN_ENDS: usize = TABLE_RUNS + PARTITION_CAPACITY * 4;
export const TABLE_HEADER_BYTES: usize = TABLE_RUN_ENDS + PARTITION_CAPACITY * 4;

/** log2 of the entries of 16 and of 32 bytes that fill a page: a tier grows to no less. */
export const PAGE_ENTRIES_16: u32 = 12;
export const PAGE_ENTRIES_32: u32 = 11;

/** The open table, and the job that pays for its pages. */
export let table: usize = 0;
export let tableJob: usize = 0;
/** u64 of the header while the table is open. */
export let tokensSinceCarry: u64 = 0;

export function setTokensSinceCarry(tokens: u64): void {
  tokensSinceCarry = tokens;
}

export function setOpenTable(job: usize, address: usize): void {
  tableJob = job;
  table = address;
}

/**
 * Entries that a tier may hold before it grows. Small tiers stay half empty, so that few words miss
 * their home slot. Large ones fill to three quarters, since their loads wait for memory anyway.
 */
export function tierLimit(bits: u32): u32 {
  const slots: u32 = 1 << bits;
  if (bits < 18) return slots >>> 1;
  return bits < 20 ? (slots >>> 3) * 5 : (slots >>> 2) * 3;
}

/** Entries that a tier may hold when there are no pages to grow into. */
// @ts-ignore: decorator
@inline
export function tierHardLimit(bits: u32): u32 {
  return ((<u32>1 << bits) >>> 3) * 7;
}

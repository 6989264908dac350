import { closeArena, freeArena, openArena } from "./arena";
import { PAGE_BYTES, PARTITION_CAPACITY } from "./layout";
import { allocPages, freePages } from "./pages";
import { LONG_ENTRY_BYTES, closeLong, openLong } from "./table_long";
import { MEDIUM_ENTRY_BYTES, closeMedium, openMedium, placeMediumSentinel } from "./table_medium";
import { SHORT_ENTRY_BYTES, closeShort, openShort, placeShortSentinel } from "./table_short";

// The counting table of one worker for one job: three open-addressing tiers by key length and an
// arena for long keys.
//
//   tier     keys            entry                                           bytes
//   short    1–12 bytes      key, zero padded | u32 count                       16
//   medium   13–28 bytes     key, zero padded | u32 count                       32
//   long     the rest        u32 hash | u32 bytes | u32 key | u32 count         16
//
// 1. Count 0 means an empty slot. Slots are 2^bits; the hash's high bits choose a key's home, and
//    probing goes on from there, linearly by slots or by cache lines.
// 2. Slot 0 of the short and the medium tier holds a sentinel that no probe can hit.
// 3. A key whose last byte is NUL, and the empty key, live in the long tier, whatever their
//    length: elsewhere a key ends with its last byte that is not zero.
// 4. A table starts within one page: header, tiers, arena. A tier that grows moves to a span of
//    pages of its own.
// 5. Its worker alone reads and writes a table until it is partitioned; the header is behind
//    while the table is open, since the open table's fields are globals of the instance.

// Header: u32 fields, each tier's four in a row.
export const TIER_BASE: usize = 0;
export const TIER_BITS: usize = 4;
export const TIER_USED: usize = 8;
/** Pages of the tier's own span, 0 while it lies in the first page. */
export const TIER_PAGES: usize = 12;
export const TABLE_SHORT: usize = 0;
export const TABLE_MEDIUM: usize = 16;
export const TABLE_LONG: usize = 32;
/** Free part of the arena, and the chain of its spans. */
export const TABLE_ARENA: usize = 48;
export const TABLE_ARENA_END: usize = 52;
export const TABLE_ARENA_SPANS: usize = 56;
/** Counts that left their entries before they could wrap; see carry.ts. */
export const TABLE_CARRIES: usize = 60;
/** u64: tokens added since the counts were last carried over. */
export const TABLE_TOKENS: usize = 64;
/** Where partitioning stands: the tier and the slot that come next. */
export const TABLE_CURSOR_TIER: usize = 72;
export const TABLE_CURSOR_SLOT: usize = 76;
/** Partitions that are not yet reduced; who takes the last one frees the first page. */
export const TABLE_PARTITIONS_LEFT: usize = 80;
/** Not 0 when two of its records may have the same key, by folding or by carries. */
export const TABLE_CHANGED: usize = 84;
/** u32 × PARTITION_CAPACITY: first and last block of each partition's run; see runs.ts. */
export const TABLE_RUNS: usize = 128;
export const TABLE_RUN_ENDS: usize = TABLE_RUNS + PARTITION_CAPACITY * 4;
const HEADER_BYTES: usize = TABLE_RUN_ENDS + PARTITION_CAPACITY * 4;

const FIRST_SHORT_BITS: u32 = 10;
const FIRST_MEDIUM_BITS: u32 = 8;
const FIRST_LONG_BITS: u32 = 6;

/** Entries that fill a page, log 2: the least that a tier grows to. */
export const PAGE_ENTRIES_16: u32 = 12;
export const PAGE_ENTRIES_32: u32 = 11;

/** Tiers hold at most 2^27 entries: the address space ends there. */
export const MAX_TIER_BITS: u32 = 27;

/** The open table, and the job that pays for its pages. */
export let table: usize = 0;
export let tableJob: usize = 0;
/** u64 of the header while the table is open. */
export let tokensSinceCarry: u64 = 0;

export function setTokensSinceCarry(tokens: u64): void {
  tokensSinceCarry = tokens;
}

/** Makes an empty table in one page; 0 when there is none. */
export function createTable(job: usize): usize {
  const page = allocPages(job, 1, false);
  if (page == 0) return 0;
  const short = page + HEADER_BYTES;
  const medium = short + (SHORT_ENTRY_BYTES << FIRST_SHORT_BITS);
  const long = medium + (MEDIUM_ENTRY_BYTES << FIRST_MEDIUM_BITS);
  const arena = long + (LONG_ENTRY_BYTES << FIRST_LONG_BITS);
  memory.fill(page, 0, arena - page);
  storeTier(page + TABLE_SHORT, short, FIRST_SHORT_BITS);
  storeTier(page + TABLE_MEDIUM, medium, FIRST_MEDIUM_BITS);
  storeTier(page + TABLE_LONG, long, FIRST_LONG_BITS);
  placeShortSentinel(short);
  placeMediumSentinel(medium);
  store<u32>(page, <u32>arena, TABLE_ARENA);
  store<u32>(page, <u32>(page + PAGE_BYTES), TABLE_ARENA_END);
  return page;
}

function storeTier(tier: usize, base: usize, bits: u32): void {
  store<u32>(tier, <u32>base, TIER_BASE);
  store<u32>(tier, bits, TIER_BITS);
}

/** Whether partitioning has begun: from then on nothing can be added. */
// @ts-ignore: decorator
@inline
export function isPartitioned(address: usize): bool {
  return (load<u32>(address, TABLE_CURSOR_TIER) | load<u32>(address, TABLE_CURSOR_SLOT)) != 0;
}

/** Takes a table's fields into the instance's globals. */
export function openTable(job: usize, address: usize): void {
  table = address;
  tableJob = job;
  tokensSinceCarry = load<u64>(address, TABLE_TOKENS);
  openShort(address + TABLE_SHORT);
  openMedium(address + TABLE_MEDIUM);
  openLong(address + TABLE_LONG);
  openArena(address);
}

/** Writes the globals back to the header. */
export function closeTable(): void {
  store<u64>(table, tokensSinceCarry, TABLE_TOKENS);
  closeShort(table + TABLE_SHORT);
  closeMedium(table + TABLE_MEDIUM);
  closeLong(table + TABLE_LONG);
  closeArena(table);
  table = 0;
}

/** Frees all of a closed table but its first page. */
export function freeTiers(job: usize, address: usize): void {
  freeTier(job, address + TABLE_SHORT);
  freeTier(job, address + TABLE_MEDIUM);
  freeTier(job, address + TABLE_LONG);
  freeArena(job, address);
}

function freeTier(job: usize, tier: usize): void {
  const pages = load<u32>(tier, TIER_PAGES);
  if (pages != 0) freePages(job, load<u32>(tier, TIER_BASE), pages);
  store<u32>(tier, 0, TIER_PAGES);
}

/**
 * Entries that a tier may hold before it grows. Small tiers stay half empty, so that few words
 * miss their home slot; large ones, which wait for memory anyway, fill to three quarters.
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

import { closeArena, freeArena, openArena } from "../memory/arena";
import { PAGE_BYTES } from "../layout";
import { allocPages, freePages } from "../memory/pages";
import { freeQueues, openQueues } from "./queues_simd";
import {
  TABLE_ARENA,
  TABLE_ARENA_END,
  TABLE_CURSOR_SLOT,
  TABLE_CURSOR_TIER,
  TABLE_HEADER_BYTES,
  TABLE_LONG,
  TABLE_MEDIUM,
  TABLE_SHORT,
  TABLE_TOKENS,
  TIER_BASE,
  TIER_BITS,
  TIER_PAGES,
  setOpenTable,
  setTokensSinceCarry,
  table,
  tokensSinceCarry,
} from "./table_header";
import { LONG_ENTRY_BYTES, closeLong, openLong } from "./tier_long";
import { MEDIUM_ENTRY_BYTES, closeMedium, openMedium, placeMediumSentinel } from "./tier_medium";
import { SHORT_ENTRY_BYTES, closeShort, openShort, placeShortSentinel } from "./tier_short";

// A table is made in one page, opened into the globals of the instance, closed, and freed.

const FIRST_SHORT_BITS: u32 = 10;
const FIRST_MEDIUM_BITS: u32 = 8;
const FIRST_LONG_BITS: u32 = 6;

/** Makes an empty table in one page; 0 when there is none. */
export function createTable(job: usize): usize {
  const page = allocPages(job, 1, false);
  if (page == 0) return 0;
  const short = page + TABLE_HEADER_BYTES;
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

/** Reads a table's fields into the globals of the instance. */
export function openTable(job: usize, address: usize): void {
  setOpenTable(job, address);
  setTokensSinceCarry(load<u64>(address, TABLE_TOKENS));
  openShort(address + TABLE_SHORT);
  openMedium(address + TABLE_MEDIUM);
  openLong(address + TABLE_LONG);
  openArena(address);
  openQueues(job, address);
}

/** Writes the globals back to the header, so that the table in memory is whole. */
export function saveTable(): void {
  store<u64>(table, tokensSinceCarry, TABLE_TOKENS);
  closeShort(table + TABLE_SHORT);
  closeMedium(table + TABLE_MEDIUM);
  closeLong(table + TABLE_LONG);
  closeArena(table);
}

export function closeTable(): void {
  saveTable();
  setOpenTable(0, 0);
}

/** Frees all of a closed table but its first page. */
export function freeTiers(job: usize, address: usize): void {
  freeTier(job, address + TABLE_SHORT);
  freeTier(job, address + TABLE_MEDIUM);
  freeTier(job, address + TABLE_LONG);
  freeArena(job, address);
  freeQueues(job, address);
}

function freeTier(job: usize, tier: usize): void {
  const pages = load<u32>(tier, TIER_PAGES);
  if (pages != 0) freePages(job, load<u32>(tier, TIER_BASE), pages);
  store<u32>(tier, 0, TIER_PAGES);
}

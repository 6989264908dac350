import { PAGE_BYTES } from "../layout";
import { allocPages, freePages, pagesFor } from "../memory/pages";
import { copyBytes } from "../memory/runtime";
import { TABLE_RUN_ENDS, TABLE_RUNS } from "../table/table_header";
import { tailBytes } from "../values/op";

// Records, and the runs of a partitioned table. Segments, runs and batches consist of records:
//
//   u64 count | u32 key bytes | key | zero padding to a multiple of 8 | tail
//
// In a job with values the count is a value, and outside the segment there may be a tail; see
// values/op.ts.
//
// A partitioned table has a run of records for each partition. A run is a chain of blocks, so that
// each record is written once, whatever the length of the run. The run is freed as soon as its
// partition is reduced. A block begins with
// { u32 next block, u32 pages, u32 end of its records, u32 records }.

export const RECORD_KEY_BYTES: usize = 8;
export const RECORD_KEY: usize = 12;
/**
 * In the key's bytes: the record was combined with another, or has left the run, and must be passed
 * over. No key is so long.
 */
const TAKEN: u32 = 0x80000000;

const BLOCK_PAGES: usize = 4;
const BLOCK_END: usize = 8;
const BLOCK_RECORDS: usize = 12;
const BLOCK_HEADER_BYTES: usize = 16;
/**
 * Each block of a run is twice as large as the one before, up to this; a longer record gets its
 * own.
 */
const MAX_BLOCK_PAGES: u32 = 16;

/** Bytes of a record whose key has `keyBytes`, up to the tail. */
// @ts-ignore: decorator
@inline
export function keyedBytes(keyBytes: u32): u64 {
  return (<u64>keyBytes + RECORD_KEY + 7) & ~7;
}

/** Bytes of the whole record. */
// @ts-ignore: decorator
@inline
export function recordBytes(keyBytes: u32): u64 {
  return keyedBytes(keyBytes) + tailBytes;
}

// @ts-ignore: decorator
@inline
export function isTaken(record: usize): bool {
  return (load<u32>(record, RECORD_KEY_BYTES) & TAKEN) != 0;
}

// @ts-ignore: decorator
@inline
export function markTaken(record: usize): void {
  store<u32>(record, load<u32>(record, RECORD_KEY_BYTES) | TAKEN, RECORD_KEY_BYTES);
}

/** Bytes of the record at `record`, which may be taken. */
// @ts-ignore: decorator
@inline
export function takenSize(record: usize): usize {
  return <usize>recordBytes(load<u32>(record, RECORD_KEY_BYTES) & ~TAKEN);
}

/** Bytes of the record at `record`. */
// @ts-ignore: decorator
@inline
export function recordSize(record: usize): usize {
  return <usize>recordBytes(load<u32>(record, RECORD_KEY_BYTES));
}

// @ts-ignore: decorator
@inline
export function copyRecord(to: usize, record: usize, bytes: usize): void {
  if (bytes > 64) {
    copyBytes(to, record, bytes);
    return;
  }
  for (let i: usize = 0; i < bytes; i += 8) store<u64>(to + i, load<u64>(record + i));
}

/**
 * Appends a record to a partition's run of the table; false when there are no pages.
 *
 * @param tail Where the tail is copied from; not looked at in a job without tails.
 */
export function appendRecord(
  job: usize,
  table: usize,
  partition: u32,
  key: usize,
  keyBytes: u32,
  count: u64,
  tail: usize,
): bool {
  const record = takeRoom(job, table, partition, keyBytes);
  if (record == 0) return false;
  writeRecord(record, key, keyBytes, count, tail);
  return true;
}

/** The same for a value record, whose padding is zeroes as well. The tail is zeroes. */
// @ts-ignore: decorator
@inline
export function appendKeyed(job: usize, table: usize, partition: u32, from: usize, keyBytes: u32): bool {
  const record = takeRoom(job, table, partition, keyBytes);
  if (record == 0) return false;
  const keyed = <usize>keyedBytes(keyBytes);
  copyRecord(record, from, keyed);
  clearTail(record + keyed);
  return true;
}

/** The same for the first word of a value and a key. */
// @ts-ignore: decorator
@inline
export function appendFirstWord(
  job: usize,
  table: usize,
  partition: u32,
  key: usize,
  keyBytes: u32,
  value: u64,
): bool {
  const record = takeRoom(job, table, partition, keyBytes);
  if (record == 0) return false;
  clearTail(writeKeyed(record, key, keyBytes, value));
  return true;
}

// @ts-ignore: decorator
@inline
function clearTail(tail: usize): void {
  for (let i: u32 = 0; i < tailBytes; i += 8) store<u64>(tail + i, 0);
}

/** Room for one more record of a run, which the caller fills; 0 when there are no pages. */
// @ts-ignore: decorator
@inline
function takeRoom(job: usize, table: usize, partition: u32, keyBytes: u32): usize {
  const bytes = recordBytes(keyBytes);
  const latest = table + TABLE_RUN_ENDS + (<usize>partition << 2);
  let block: usize = load<u32>(latest);
  if (block == 0 || load<u32>(block, BLOCK_END) + bytes > blockLimit(block)) {
    block = addBlock(job, table, partition, bytes);
    if (block == 0) return 0;
  }
  const record: usize = load<u32>(block, BLOCK_END);
  store<u32>(block, <u32>(record + <usize>bytes), BLOCK_END);
  store<u32>(block, load<u32>(block, BLOCK_RECORDS) + 1, BLOCK_RECORDS);
  return record;
}

/** Writes a record where there is room for it. */
// @ts-ignore: decorator
@inline
export function writeRecord(record: usize, key: usize, keyBytes: u32, count: u64, tail: usize): void {
  const end = writeKeyed(record, key, keyBytes, count);
  for (let i: u32 = 0; i < tailBytes; i += 8) store<u64>(end + i, load<u64>(tail + i));
}

/** Writes a record up to its tail; returns where that begins. */
// @ts-ignore: decorator
@inline
function writeKeyed(record: usize, key: usize, keyBytes: u32, count: u64): usize {
  // The zeroes first: the other fields then overwrite those that are no padding.
  const end = record + <usize>keyedBytes(keyBytes);
  store<u64>(end - 8, 0);
  store<u64>(record, count);
  store<u32>(record, keyBytes, RECORD_KEY_BYTES);
  copyKey(record + RECORD_KEY, key, keyBytes);
  return end;
}

/** Copies short keys, as most are, by a loop: a call of memory.copy costs more. */
// @ts-ignore: decorator
@inline
function copyKey(to: usize, key: usize, bytes: u32): void {
  if (bytes > 32) {
    copyBytes(to, key, bytes);
    return;
  }
  let i: u32 = 0;
  for (; i + 4 <= bytes; i += 4) store<u32>(to + i, load<u32>(key + i));
  for (; i < bytes; i++) store<u8>(to + i, load<u8>(key + i));
}

// @ts-ignore: decorator
@inline
function blockLimit(block: usize): u64 {
  return <u64>block + <u64>load<u32>(block, BLOCK_PAGES) * PAGE_BYTES;
}

function addBlock(job: usize, table: usize, partition: u32, bytes: u64): usize {
  const first = table + TABLE_RUNS + (<usize>partition << 2);
  const latest = table + TABLE_RUN_ENDS + (<usize>partition << 2);
  const previous: usize = load<u32>(latest);
  const doubled = previous == 0 ? 1 : min(load<u32>(previous, BLOCK_PAGES) << 1, MAX_BLOCK_PAGES);
  const needed = pagesFor(bytes + BLOCK_HEADER_BYTES);
  let pages = max(needed, doubled);
  let block = allocPages(job, pages, false);
  if (block == 0 && pages > needed) {
    pages = needed;
    block = allocPages(job, pages, false);
  }
  if (block == 0) return 0;
  store<u32>(block, 0);
  store<u32>(block, pages, BLOCK_PAGES);
  store<u32>(block, <u32>(block + BLOCK_HEADER_BYTES), BLOCK_END);
  store<u32>(block, 0, BLOCK_RECORDS);
  store<u32>(previous == 0 ? first : previous, <u32>block);
  store<u32>(latest, <u32>block);
  return block;
}

// ---- reading ----------------------------------------------------------------------------------

/** First block of a partition's run, 0 when it has no record. */
// @ts-ignore: decorator
@inline
export function firstBlock(table: usize, partition: u32): usize {
  return load<u32>(table + TABLE_RUNS + (<usize>partition << 2));
}

// @ts-ignore: decorator
@inline
export function nextBlock(block: usize): usize {
  return load<u32>(block);
}

// @ts-ignore: decorator
@inline
export function blockRecords(block: usize): u32 {
  return load<u32>(block, BLOCK_RECORDS);
}

// @ts-ignore: decorator
@inline
export function firstRecord(block: usize): usize {
  return block + BLOCK_HEADER_BYTES;
}

// @ts-ignore: decorator
@inline
export function recordsEnd(block: usize): usize {
  return load<u32>(block, BLOCK_END);
}

/** Frees the blocks of a partition's run. */
export function freeRun(job: usize, table: usize, partition: u32): void {
  let block = firstBlock(table, partition);
  while (block != 0) {
    const following = nextBlock(block);
    freePages(job, block, load<u32>(block, BLOCK_PAGES));
    block = following;
  }
  store<u32>(table + TABLE_RUNS + (<usize>partition << 2), 0);
}

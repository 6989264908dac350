import { BATCH_HEADER_BYTES, ORDER_KEY, SCRATCH_BATCH_KEYS } from "../layout";
import {
  beginOrder,
  haveEqualKeys,
  ITEM_BYTES,
  ITEM_RECORD,
  partitionOf,
  sortItems,
  storeItem,
  storePartitionItem,
} from "../reduce/sort_items";
import { recordBytes, recordSize, writeRecord } from "../reduce/record_runs";
import { goesOnAt, isRunning, scratch } from "../memory/runtime";
import { combineRecords } from "../values/combine";

// A batch: records that are sorted together and written to disk as one sorted run.
//
//   u32 × PARTITION_CAPACITY: bytes of each section | records → … ← items
//
// A run has a section for each partition, with the records in the order of their keys; a run in the
// job's order has one section. The batch lies in a region that the caller owns. An instance has one
// batch at a time: it is filled, sealed, and then drained through an output of any size.

let region: usize = 0;
let recordsEnd: usize = 0;
let itemsStart: usize = 0;
let itemsEnd: usize = 0;
let partitionBits: u32 = 0;

/** What drainBatch copies next: an item, and how many bytes of its record it has copied already. */
let cursor: usize = 0;
let cursorOffset: usize = 0;

/** Begins a batch in a region that is aligned to 16 bytes. */
export function openBatch(address: usize, bytes: u32, bits: u32): void {
  region = address;
  recordsEnd = address + BATCH_HEADER_BYTES;
  itemsEnd = address + (bytes & ~15);
  itemsStart = itemsEnd;
  partitionBits = bits;
  memory.fill(region, 0, BATCH_HEADER_BYTES);
}

// @ts-ignore: decorator
@inline
export function isBatchEmpty(): bool {
  return itemsStart == itemsEnd;
}

/** Adds a record, as appendRecord; false when the region is full. */
// @ts-ignore: decorator
@inline
export function appendToBatch(partition: u32, key: usize, keyBytes: u32, count: u64, tail: usize): bool {
  const end = <u64>recordsEnd + recordBytes(keyBytes);
  if (end + ITEM_BYTES > itemsStart) return false;
  writeRecord(recordsEnd, key, keyBytes, count, tail);
  itemsStart -= ITEM_BYTES;
  storePartitionItem(itemsStart, recordsEnd, partition, partitionBits);
  recordsEnd = <usize>end;
  return true;
}

/**
 * Orders the batch by partition and key. Combines equal keys if `merges` is set, that is if there
 * may be some. Returns false when the job was stopped meanwhile.
 */
export function sealBatch(job: usize, merges: bool): bool {
  beginOrder(ORDER_KEY);
  sortItems(job, itemsStart, itemsEnd, <u32>((itemsEnd - itemsStart) / ITEM_BYTES));
  if (!isRunning(job)) return false; // sortItems may have ended early
  if (merges) mergeEqualKeys();
  for (let item = itemsStart; item < itemsEnd; item += ITEM_BYTES) {
    if (!goesOnAt(item)) return false;
    addToSection(partitionOf(item, partitionBits), item);
  }
  beginDrain();
  return true;
}

/** Makes a batch of records that are in the region already: the first `top`, in the job's order. */
export function orderBatch(job: usize, bytes: u32, order: u32, top: u32): bool {
  recordsEnd += bytes;
  beginOrder(order);
  for (let record = region + BATCH_HEADER_BYTES; record < recordsEnd; record += recordSize(record)) {
    itemsStart -= ITEM_BYTES;
    storeItem(itemsStart, record, order);
    if (!goesOnAt(itemsStart)) return false;
  }
  const items = <u32>((itemsEnd - itemsStart) / ITEM_BYTES);
  const keep = top == 0 ? items : min(top, items);
  sortItems(job, itemsStart, itemsEnd, keep);
  if (!isRunning(job)) return false;
  itemsEnd = itemsStart + <usize>keep * ITEM_BYTES;
  for (let item = itemsStart; item < itemsEnd; item += ITEM_BYTES) {
    if (!goesOnAt(item)) return false;
    addToSection(0, item);
  }
  beginDrain();
  return true;
}

// @ts-ignore: decorator
@inline
function addToSection(partition: u32, item: usize): void {
  const word = region + (<usize>partition << 2);
  store<u32>(word, load<u32>(word) + <u32>recordSize(load<u32>(item, ITEM_RECORD)));
}

function mergeEqualKeys(): void {
  let last = itemsStart;
  for (let item = itemsStart + ITEM_BYTES; item < itemsEnd; item += ITEM_BYTES) {
    if (!goesOnAt(item)) break;
    if (haveEqualKeys(last, item)) {
      combineRecords(load<u32>(last, ITEM_RECORD), load<u32>(item, ITEM_RECORD));
      continue;
    }
    last += ITEM_BYTES;
    store<u64>(last, load<u64>(item));
    store<u64>(last, load<u64>(item, 8), 8);
  }
  if (itemsStart < itemsEnd) itemsEnd = last + ITEM_BYTES;
}

function beginDrain(): void {
  cursor = itemsStart;
  cursorOffset = 0;
  store<u32>(scratch, <u32>((itemsEnd - itemsStart) / ITEM_BYTES), SCRATCH_BATCH_KEYS);
}

/** Copies the next bytes of the sealed batch; returns how many, 0 at its end. */
export function drainBatch(out: usize, bytes: u32): u32 {
  const end = out + bytes;
  let at = out;
  while (cursor < itemsEnd && at < end) {
    const record: usize = load<u32>(cursor, ITEM_RECORD) + cursorOffset;
    const left = recordSize(load<u32>(cursor, ITEM_RECORD)) - cursorOffset;
    const part = min<usize>(left, end - at);
    if (part <= 64) {
      for (let i: usize = 0; i < part; i += 8) store<u64>(at + i, load<u64>(record + i));
    } else {
      memory.copy(at, record, part);
    }
    at += part;
    if (part < left) {
      cursorOffset += part;
    } else {
      cursor += ITEM_BYTES;
      cursorOffset = 0;
    }
  }
  return <u32>(at - out);
}

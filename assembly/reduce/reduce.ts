import { FAULT_REDUCE, faultPoint } from "../memory/fault_point";
import { equalKeys, hashInOrder } from "../table/hash";
import {
  JOB_COUNTED,
  JOB_DISTINCT,
  JOB_ORDER,
  JOB_PARTITION_BITS,
  JOB_TABLES,
  JOB_TOP,
  OK,
  ORDER_COUNT,
  OUT_OF_PAGES,
  STOPPED,
  WORKER_CAPACITY,
} from "../layout";
import { beginCounts, beginOrder, ITEM_BYTES, ITEM_RECORD, sortItems, storeItem } from "./sort_items";
import { leastCount, mostCount } from "./count_bounds";
import { writeOrderedRun } from "./ordered_run";
import { allocPages, freePages, pagesFor } from "../memory/pages";
import {
  blockRecords,
  firstBlock,
  firstRecord,
  freeRun,
  isTaken,
  markTaken,
  nextBlock,
  RECORD_KEY,
  RECORD_KEY_BYTES,
  recordsEnd,
  takenSize,
} from "./record_runs";
import {
  goesOnAt, halted, isRunning, SCRATCH_WORK, SCRATCH_WORK_BYTES, scratch, zeroBytes,
} from "../memory/runtime";
import { TABLE_CHANGED, TABLE_PARTITIONS_LEFT } from "../table/table_header";
import { combineRecords, finishValue } from "../values/combine";
import { hasValues } from "../values/op";

// The reduce of one partition of all tables: combines equal keys, drops keys whose counts are beyond
// the bounds, and puts the rest in order.
//
// 1. Partitions share nothing, so workers reduce them side by side.
// 2. A record that was combined with another is marked. So a call that ended with OUT_OF_PAGES can
//    start over, and combines nothing twice.
// 3. If all records come from one table, and TABLE_CHANGED says that no two of its keys can be
//    equal, the merge is left out.

/** Records between two looks at the job's state. */
const POLL_RECORDS: u32 = 4096;

let job: usize = 0;
let partition: u32 = 0;

/** Working memory: the items, and before them the slots of the merge. */
let work: usize = 0;
let workPages: u32 = 0;
let itemsStart: usize = 0;
let itemsEnd: usize = 0;
let slots: usize = 0;
let slotBits: u32 = 0;
/** As many as are at most half full, log 2; and which item is one too many for those that are open. */
let mostSlotBits: u32 = 0;
let itemsLimit: usize = 0;

/** Slots at first, log 2. There are more as the distinct keys become more: few stay in the caches. */
const FIRST_SLOT_BITS: u32 = 12;
/**
 * Slots that one record may look at before there are more. The records of a table come in the order of
 * the slots, so the first ones would all crowd into the first slots of too few, and each look at all
 * before it.
 */
const CROWD: u32 = 64;
/** u32 tag | u32 record. The tag is 32 bits of the key's hash, which an item has as well until it is ordered. */
const SLOT_BYTES: usize = 8;
const ITEM_TAG: usize = 8;

/** See kernel.ts. */
export function reducePartition(forJob: usize, ofPartition: u32): i32 {
  job = forJob;
  partition = ofPartition;
  let records: u32 = 0;
  let sources: u32 = 0;
  let changed: u32 = 0;
  for (let worker: u32 = 0; worker < <u32>WORKER_CAPACITY; worker++) {
    const table = tableOf(worker);
    if (table == 0) continue;
    for (let block = firstBlock(table, partition); block != 0; block = nextBlock(block)) {
      records += blockRecords(block);
    }
    sources++;
    changed |= load<u32>(table, TABLE_CHANGED);
  }
  const merges = sources > 1 || changed != 0;
  if (!openWork(records, merges)) return OUT_OF_PAGES;
  const status = halted ? STOPPED : reduceRecords(merges);
  faultPoint(FAULT_REDUCE, partition);
  if (workPages != 0) freePages(job, work, workPages);
  if (status == OK) freeInputs();
  return status;
}

// @ts-ignore: decorator
@inline
function tableOf(worker: u32): usize {
  return load<u32>(job + JOB_TABLES + (<usize>worker << 2));
}

/** Takes memory for an item per record, in the scratch if that is enough. */
function openWork(records: u32, merges: bool): bool {
  mostSlotBits = 33 - <u32>clz(records | 1);
  const slotBytes: u64 = merges ? <u64>SLOT_BYTES << mostSlotBits : 0;
  const bytes = slotBytes + <u64>records * ITEM_BYTES;
  workPages = 0;
  work = scratch + SCRATCH_WORK;
  if (bytes > SCRATCH_WORK_BYTES) {
    workPages = pagesFor(bytes);
    work = allocPages(job, workPages, false);
    if (work == 0) return false;
  }
  slots = work;
  itemsStart = work + <usize>slotBytes;
  itemsEnd = itemsStart;
  if (merges) openSlots(FIRST_SLOT_BITS);
  return true;
}

function reduceRecords(merges: bool): i32 {
  let polls: u32 = 0;
  for (let worker: u32 = 0; worker < <u32>WORKER_CAPACITY; worker++) {
    const table = tableOf(worker);
    if (table == 0) continue;
    for (let block = firstBlock(table, partition); block != 0; block = nextBlock(block)) {
      const end = recordsEnd(block);
      for (let record = firstRecord(block); record < end; record += takenSize(record)) {
        if (halted || (++polls & (POLL_RECORDS - 1)) == 0 && !isRunning(job)) return STOPPED;
        if (isTaken(record) || merges && mergeRecord(record)) continue;
        store<u32>(itemsEnd, <u32>record, ITEM_RECORD);
        itemsEnd += ITEM_BYTES;
      }
    }
  }
  const distinct = <u32>((itemsEnd - itemsStart) / ITEM_BYTES);
  const counted = dropOthers();
  const kept = <u32>((itemsEnd - itemsStart) / ITEM_BYTES);
  const top = load<u32>(job, JOB_TOP);
  const keep = top == 0 ? kept : min(top, kept);
  sortItems(job, itemsStart, itemsEnd, keep);
  if (!isRunning(job)) return STOPPED; // sortItems may have ended early
  if (!writeOrderedRun(job, partition, itemsStart, keep)) return OUT_OF_PAGES;
  atomic.add<u32>(job + JOB_DISTINCT, distinct);
  atomic.add<u64>(job + JOB_COUNTED, counted);
  return OK;
}

/**
 * Combines the record with an earlier one of the same key; false when there is none, or when the
 * call has halted.
 */
function mergeRecord(record: usize): bool {
  if (itemsEnd == itemsLimit && !addSlots()) return false;
  const bytes = load<u32>(record, RECORD_KEY_BYTES);
  // The partition is the hash's high bits, so tag and slot are lower ones.
  const hash = hashInOrder(record + RECORD_KEY, bytes) << load<u32>(job, JOB_PARTITION_BITS);
  const tag = <u32>(hash >>> 32);
  let slot = tag >>> (32 - slotBits);
  for (let looks: u32 = 0;; looks++, slot = (slot + 1) & ((<u32>1 << slotBits) - 1)) {
    if (looks == CROWD && slotBits < mostSlotBits) {
      if (!addSlots()) return false;
      slot = tag >>> (32 - slotBits);
      looks = 0;
    }
    const at = slots + <usize>slot * SLOT_BYTES;
    const other: usize = load<u32>(at, 4);
    if (other == 0) {
      store<u32>(at, tag);
      store<u32>(at, <u32>record, 4);
      store<u32>(itemsEnd, tag, ITEM_TAG);
      return false;
    }
    if (load<u32>(at) != tag || load<u32>(other, RECORD_KEY_BYTES) != bytes) continue;
    if (!equalKeys(record + RECORD_KEY, other + RECORD_KEY, bytes)) continue;
    combineRecords(other, record);
    markTaken(record);
    return true;
  }
}

/**
 * Makes four times as many slots, where there is room for them, for the records of all items. False
 * when the call has halted: the slots may hold what was in the memory before, and a search in them
 * may have no end.
 */
function addSlots(): bool {
  openSlots(slotBits + 2);
  const mask = (<u32>1 << slotBits) - 1;
  for (let item = itemsStart; item < itemsEnd; item += ITEM_BYTES) {
    if (!goesOnAt(item)) return false;
    const tag = load<u32>(item, ITEM_TAG);
    let slot = tag >>> (32 - slotBits);
    while (load<u32>(slots + <usize>slot * SLOT_BYTES, 4) != 0) slot = (slot + 1) & mask;
    store<u32>(slots + <usize>slot * SLOT_BYTES, tag);
    store<u32>(slots + <usize>slot * SLOT_BYTES, load<u32>(item, ITEM_RECORD), 4);
  }
  return !halted;
}

/** Empties 2^bits slots, or as many as there is room for, and says how many items may fill them. */
function openSlots(bits: u32): void {
  slotBits = min(bits, mostSlotBits);
  zeroBytes(slots, SLOT_BYTES << slotBits);
  const isLast = slotBits == mostSlotBits;
  itemsLimit = isLast ? usize.MAX_VALUE : itemsStart + (ITEM_BYTES << (slotBits - 1));
}

/**
 * Makes items of the records whose counts are within the bounds, and forgets the others. Returns the
 * sum of the counts of both. Finishes the values of a job that has some.
 */
function dropOthers(): u64 {
  const least = leastCount(job);
  const most = mostCount(job);
  const order = load<u32>(job, JOB_ORDER);
  beginOrder(order);
  if (order == ORDER_COUNT) beginCounts(largestCount());
  let out = itemsStart;
  let counted: u64 = 0;
  for (let item = itemsStart; item < itemsEnd; item += ITEM_BYTES) {
    if (!goesOnAt(item)) break;
    const record: usize = load<u32>(item, ITEM_RECORD);
    finishValue(record);
    const count = load<u64>(record);
    counted += count;
    if (count < least || count > most) continue;
    storeItem(out, record, order);
    out += ITEM_BYTES;
  }
  itemsEnd = out;
  return hasValues ? 0 : counted; // values have no sum that is asked for
}

/** Of the records of all items. */
function largestCount(): u64 {
  let largest: u64 = 0;
  for (let item = itemsStart; item < itemsEnd; item += ITEM_BYTES) {
    if (!goesOnAt(item)) break;
    largest = max(largest, load<u64>(load<u32>(item, ITEM_RECORD)));
  }
  return largest;
}

/**
 * Frees the partition's runs; the worker that reduced a table's last partition frees the table too.
 */
function freeInputs(): void {
  for (let worker: u32 = 0; worker < <u32>WORKER_CAPACITY; worker++) {
    const table = tableOf(worker);
    if (table == 0) continue;
    freeRun(job, table, partition);
    // Pairs with the same subtraction by other reducers: the one that reaches 0 comes after all
    // others.
    if (atomic.sub<u32>(table + TABLE_PARTITIONS_LEFT, 1) != 1) continue;
    store<u32>(job + JOB_TABLES + (<usize>worker << 2), 0);
    freePages(job, table, 1);
  }
}

import { FAULT_FINISH, faultPoint } from "../memory/fault_point";
import {
  JOB_ORDER,
  JOB_RUNS,
  JOB_SEGMENT,
  JOB_SEGMENT_BYTES,
  JOB_SEGMENT_KEYS,
  JOB_SEGMENT_PAGES,
  JOB_TOP,
  OK,
  ORDER_COUNT,
  OUT_OF_PAGES,
  PAGE_BYTES,
  PARTITION_CAPACITY,
  STOPPED,
} from "../layout";
import { copyNode, NODE_BYTES, NODE_INPUT, orderNodes, sinkNode } from "./merge_heap";
import { beginCounts, beginOrder, ITEM_BYTES, ITEM_RECORD, storeItem } from "./sort_items";
import { allocPages, freePages, pagesFor } from "../memory/pages";
import { copyRecord, recordSize } from "./record_runs";
import { copyToSegment, segmentBytes } from "./segment_record";
import { goesOnAt, halted, isRunning, SCRATCH_WORK, scratch } from "../memory/runtime";
import { tailBytes } from "../values/op";

// Ordered runs: reducePartition writes one for each partition, and finishJob merges them into the
// segment. A run's records start at the beginning of a span of pages, whose last 16 bytes are { u32
// bytes, u32 keys }. One word names a run: the address of its first page, with the number of pages
// in the low 16 bits, which are 0 in such an address. A partition without keys has the word 0.

const TRAILER_BYTES: u32 = 16;
/** Keys that the merge moves between two looks at the job's state. */
const POLL_KEYS: u32 = 4096;

// @ts-ignore: decorator
@inline
export function addressOf(run: u32): usize {
  return run & ~(PAGE_BYTES - 1);
}

// @ts-ignore: decorator
@inline
function pagesOf(run: u32): u32 {
  return run & (PAGE_BYTES - 1);
}

// @ts-ignore: decorator
@inline
function trailerOf(run: u32): usize {
  return addressOf(run) + <usize>pagesOf(run) * PAGE_BYTES - TRAILER_BYTES;
}

/** Copies the records of `keys` sorted items to the partition's run; false without pages. */
export function writeOrderedRun(job: usize, partition: u32, items: usize, keys: u32): bool {
  const word = job + JOB_RUNS + (<usize>partition << 2);
  const end = items + <usize>keys * ITEM_BYTES;
  let bytes: u64 = 0;
  for (let item = items; item < end; item += ITEM_BYTES) {
    bytes += recordSize(load<u32>(item, ITEM_RECORD));
    if (!goesOnAt(item)) return false;
  }
  store<u32>(word, 0);
  if (keys == 0) return true;
  const pages = pagesFor(bytes + TRAILER_BYTES);
  const address = allocPages(job, pages, false);
  if (address == 0) return false;
  let out = address;
  for (let item = items; item < end; item += ITEM_BYTES) {
    const record: usize = load<u32>(item, ITEM_RECORD);
    const size = recordSize(record);
    copyRecord(out, record, size);
    out += size;
    if (halted || !goesOnAt(item)) return false;
  }
  const run = <u32>address | pages;
  store<u32>(trailerOf(run), <u32>bytes);
  store<u32>(trailerOf(run), keys, 4);
  store<u32>(word, run);
  return true;
}

/** See kernel.ts. */
export function finishJob(job: usize): i32 {
  const top = load<u32>(job, JOB_TOP);
  let runs: u32 = 0;
  let only: u32 = 0;
  let bytes: u64 = 0;
  for (let partition: u32 = 0; partition < <u32>PARTITION_CAPACITY; partition++) {
    const run = runOf(job, partition);
    if (run == 0) continue;
    runs++;
    only = run;
    bytes += load<u32>(trailerOf(run));
  }
  faultPoint(FAULT_FINISH, runs);
  if (runs == 0) return setSegment(job, 0, 0, 0, 0);
  if (runs == 1 && tailBytes == 0 && (top == 0 || load<u32>(trailerOf(only), 4) <= top)) {
    forgetRuns(job);
    const trailer = trailerOf(only);
    return setSegment(job, addressOf(only), load<u32>(trailer), load<u32>(trailer, 4), pagesOf(only));
  }
  return mergeRuns(job, top == 0 ? u32.MAX_VALUE : top, bytes);
}

function setSegment(job: usize, address: usize, bytes: u32, keys: u32, pages: u32): i32 {
  store<u32>(job, <u32>address, JOB_SEGMENT);
  store<u32>(job, bytes, JOB_SEGMENT_BYTES);
  store<u32>(job, keys, JOB_SEGMENT_KEYS);
  store<u32>(job, pages, JOB_SEGMENT_PAGES);
  return OK;
}

function forgetRuns(job: usize): void {
  memory.fill(job + JOB_RUNS, 0, PARTITION_CAPACITY * 4);
}

function freeRuns(job: usize): void {
  for (let partition: u32 = 0; partition < <u32>PARTITION_CAPACITY; partition++) {
    if (runOf(job, partition) != 0) freeOrderedRun(job, partition);
  }
}

/** The word of a partition's run, 0 when there is none. */
// @ts-ignore: decorator
@inline
export function runOf(job: usize, partition: u32): u32 {
  return load<u32>(job + JOB_RUNS + (<usize>partition << 2));
}

/** Address behind a run's records. */
export function runEnd(run: u32): usize {
  return addressOf(run) + load<u32>(trailerOf(run));
}

/** How many records a run has. */
export function runKeys(run: u32): u32 {
  return load<u32>(trailerOf(run), 4);
}

export function freeOrderedRun(job: usize, partition: u32): void {
  const run = runOf(job, partition);
  freePages(job, addressOf(run), pagesOf(run));
  store<u32>(job + JOB_RUNS + (<usize>partition << 2), 0);
}

// ---- the merge: a heap of the runs' next records, least on top ----------------------------------
// Each node has the end of its run.

function mergeRuns(job: usize, top: u32, mostBytes: u64): i32 {
  const pages = pagesFor(mostBytes);
  const address = allocPages(job, pages, false);
  if (address == 0) return OUT_OF_PAGES;
  const order = load<u32>(job, JOB_ORDER);
  beginOrder(order);
  if (order == ORDER_COUNT) beginCounts(largestCount(job));
  const heap = scratch + SCRATCH_WORK;
  let nodes = buildHeap(job, heap, order);
  let out = address;
  let keys: u32 = 0;
  while (nodes != 0 && keys < top) {
    if ((++keys & (POLL_KEYS - 1)) == 0 && !isRunning(job)) return STOPPED;
    const record: usize = load<u32>(heap, ITEM_RECORD);
    const size = segmentBytes(record);
    copyToSegment(out, record, size);
    out += size;
    const following = record + recordSize(record);
    if (following < load<u64>(heap, NODE_INPUT)) storeItem(heap, following, order);
    else copyNode(heap, heap + <usize>(--nodes) * NODE_BYTES);
    sinkNode(heap, 0, nodes);
  }
  freeRuns(job);
  const needed = max<u32>(pagesFor(out - address), 1);
  if (needed < pages) freePages(job, address + <usize>needed * PAGE_BYTES, pages - needed);
  return setSegment(job, address, <u32>(out - address), keys, needed);
}

/** Of all runs, each of which begins with its largest. */
function largestCount(job: usize): u64 {
  let largest: u64 = 0;
  for (let partition: u32 = 0; partition < <u32>PARTITION_CAPACITY; partition++) {
    const run = runOf(job, partition);
    if (run != 0) largest = max(largest, load<u64>(addressOf(run)));
  }
  return largest;
}

function buildHeap(job: usize, heap: usize, order: u32): u32 {
  let nodes: u32 = 0;
  for (let partition: u32 = 0; partition < <u32>PARTITION_CAPACITY; partition++) {
    const run = runOf(job, partition);
    if (run == 0) continue;
    const node = heap + <usize>(nodes++) * NODE_BYTES;
    storeItem(node, addressOf(run), order);
    store<u64>(node, addressOf(run) + load<u32>(trailerOf(run)), NODE_INPUT);
  }
  orderNodes(heap, nodes);
  return nodes;
}

import { ORDER_COUNT, ORDER_F64, ORDER_I64, ORDER_WIDE } from "../layout";
import { keyedBytes, RECORD_KEY, RECORD_KEY_BYTES } from "./record_runs";
import { goesOn, halted, isRunning, POLL_BYTES } from "../memory/runtime";
import { form, FORM_STATS } from "../values/op";

// Sorts records by count or value downwards and then key, or by key alone. Keys compare bytewise, which is
// the order of their code points. The sort moves items of 16 bytes instead of records. An item
// holds enough of its record to decide most comparisons:
//
//   u64 major | u32 minor | u32 record
//
//   by count   major = ~count                          minor = bytes 0 to 3 of the key, big-endian
//              or fewer bits of the count and more of the key, see beginCounts
//   by value   major = falls as the value grows        minor = the same
//   by rank    of 128 bits: both fall as it grows, see storeWide
//   by key     major = bytes 0 to 7, big-endian        minor = bytes 8 to 11, big-endian
//
// Missing bytes of a short key are zeroes. Only if major and minor are equal, the keys themselves
// are compared; by rank, the ranks before them.

export const ITEM_BYTES: usize = 16;
const MINOR: usize = 8;
export const ITEM_RECORD: usize = 12;

/** Items that are moved between two polls. */
const POLL_ITEMS: u32 = 4096;
/** Parts up to this many items are sorted by insertion. */
const INSERTION_BYTES: usize = 16 * ITEM_BYTES;

/** The first 8 bytes from `offset` on, big-endian, zero padded. Reads up to 7 bytes beyond. */
function leadingBytes(record: usize, offset: u32): u64 {
  const bytes = load<u32>(record, RECORD_KEY_BYTES);
  if (bytes <= offset) return 0;
  const word = bswap<u64>(load<u64>(record + RECORD_KEY + offset));
  const left = bytes - offset;
  return left >= 8 ? word : word & (<u64>-1 << (64 - (left << 3)));
}

/** Whether items are those of ORDER_WIDE. */
let byWide: bool = false;
/** Of a count so many bits are in the items of ORDER_COUNT. */
let countBits: u64 = 64;

/** To be called before items of an order are compared, in each call of the ABI. */
export function beginOrder(order: u32): void {
  byWide = order == ORDER_WIDE;
  countBits = 64;
}

/**
 * Makes the items of ORDER_COUNT that follow hold no more bits of a count than the largest one has, and the
 * key's in their place: most counts are small, and many of them are equal.
 */
export function beginCounts(largest: u64): void {
  countBits = max<u64>(64 - clz(largest), 1);
}

/** The bits of the partition or the count, and those of the key behind them. */
// @ts-ignore: decorator
@inline
function storeBits(item: usize, record: usize, front: u64, bits: u64): void {
  const first = leadingBytes(record, 0);
  store<u64>(item, (front << (64 - bits)) | (first >>> bits));
  store<u32>(item, <u32>((first << (64 - bits) | leadingBytes(record, 8) >>> bits) >>> 32), MINOR);
}

/** Writes the item of a record. */
export function storeItem(item: usize, record: usize, order: u32): void {
  if (order == ORDER_COUNT && countBits < 64) {
    storeBits(item, record, ~load<u64>(record), countBits);
  } else if (order == ORDER_COUNT) {
    store<u64>(item, ~load<u64>(record));
    store<u32>(item, <u32>(leadingBytes(record, 0) >>> 32), MINOR);
  } else if (order == ORDER_I64 || order == ORDER_F64) {
    const value = load<i64>(record);
    // Of a negative double, the bits below the sign grow as it falls.
    const rising = order == ORDER_F64 ? value ^ ((value >> 63) & i64.MAX_VALUE) : value;
    store<u64>(item, <u64>(rising ^ i64.MAX_VALUE));
    store<u32>(item, <u32>(leadingBytes(record, 0) >>> 32), MINOR);
  } else if (order == ORDER_WIDE) {
    storeWide(item, record);
  } else {
    store<u64>(item, leadingBytes(record, 0));
    store<u32>(item, <u32>(leadingBytes(record, 8) >>> 32), MINOR);
  }
  store<u32>(item, <u32>record, ITEM_RECORD);
}

/** The high word of a value in two words, which then is one number with the low word: see wide_sum.ts. */
// @ts-ignore: decorator
@inline
function highOf(record: usize): i64 {
  const tail = record + <usize>keyedBytes(load<u32>(record, RECORD_KEY_BYTES));
  return load<i64>(tail) + (load<i64>(record) >> 63);
}

/** Of a rank, which has 18 fraction digits, so many bits are less than 2^-35. */
const FINE_BITS: u64 = 24;

/**
 * By sum: the last 96 bits of it, which hold all sums but those of billions of values. Beyond them, the
 * largest or the least number of so many bits stands for a sum. By rank likewise, without FINE_BITS.
 */
function storeWide(item: usize, record: usize): void {
  let low = load<u64>(record);
  let high = highOf(record);
  if (form == FORM_STATS) {
    low = (low >>> FINE_BITS) | (<u64>high << (64 - FINE_BITS));
    high >>= FINE_BITS;
  }
  let major = (high << 32) | <i64>(low >>> 32);
  let minor = <u32>low;
  if (high != <i64><i32>high) {
    major = high < 0 ? i64.MIN_VALUE : i64.MAX_VALUE;
    minor = high < 0 ? 0 : u32.MAX_VALUE;
  }
  store<u64>(item, <u64>(major ^ i64.MAX_VALUE));
  store<u32>(item, ~minor, MINOR);
}

/** Below 0 if record `a` has the larger value, above 0 if `b` has. */
function compareWide(a: usize, b: usize): i32 {
  const highA = highOf(a), highB = highOf(b);
  if (highA != highB) return highA > highB ? -1 : 1;
  const lowA = load<u64>(a), lowB = load<u64>(b);
  return lowA == lowB ? 0 : lowA > lowB ? -1 : 1;
}

/**
 * Writes the item of a record that is sorted by partition and then key: as by key, but the bits of
 * the partition stand in front, and the key's bits move behind them.
 *
 * @param bits How many bits the partition has, 0 to 6.
 */
// @ts-ignore: decorator
@inline
export function storePartitionItem(item: usize, record: usize, partition: u32, bits: u32): void {
  if (bits == 0) {
    store<u64>(item, leadingBytes(record, 0));
    store<u32>(item, <u32>(leadingBytes(record, 8) >>> 32), MINOR);
  } else {
    storeBits(item, record, partition, bits);
  }
  store<u32>(item, <u32>record, ITEM_RECORD);
}

/** The partition of such an item. */
// @ts-ignore: decorator
@inline
export function partitionOf(item: usize, bits: u32): u32 {
  return bits == 0 ? 0 : <u32>(load<u64>(item) >>> (64 - <u64>bits));
}

/** Whether two items that were written for one order have the same key. */
// @ts-ignore: decorator
@inline
export function haveEqualKeys(a: usize, b: usize): bool {
  return load<u64>(a) == load<u64>(b) && load<u32>(a, MINOR) == load<u32>(b, MINOR) &&
    compareKeys(load<u32>(a, ITEM_RECORD), load<u32>(b, ITEM_RECORD)) == 0;
}

/** Whether item `a` comes before item `b`. */
// @ts-ignore: decorator
@inline
export function isBefore(a: usize, b: usize): bool {
  return comes(load<u64>(a), load<u64>(a, MINOR), b);
}

/**
 * Whether an item that is held in two words, `rest` being minor | record << 32, comes before item
 * `b`.
 */
// @ts-ignore: decorator
@inline
export function comes(major: u64, rest: u64, b: usize): bool {
  const otherMajor = load<u64>(b);
  if (major != otherMajor) return major < otherMajor;
  const otherRest = load<u64>(b, MINOR);
  if (<u32>rest != <u32>otherRest) return <u32>rest < <u32>otherRest;
  return compareRecords(<usize>(rest >>> 32), <usize>(otherRest >>> 32)) < 0;
}

/** Compares records whose items do not tell. */
function compareRecords(a: usize, b: usize): i32 {
  const difference = byWide ? compareWide(a, b) : 0;
  return difference != 0 ? difference : compareKeys(a, b);
}

/**
 * Below 0, 0 or above 0, as record `a`'s key is less than, equal to or greater than `b`'s; 0 if
 * halted.
 */
function compareKeys(a: usize, b: usize): i32 {
  const bytesA = load<u32>(a, RECORD_KEY_BYTES), bytesB = load<u32>(b, RECORD_KEY_BYTES);
  const common = min(bytesA, bytesB);
  a += RECORD_KEY;
  b += RECORD_KEY;
  let i: u32 = 0;
  for (; i + 8 <= common; i += 8) {
    const wordA = load<u64>(a + i), wordB = load<u64>(b + i);
    if (wordA != wordB) return bswap<u64>(wordA) < bswap<u64>(wordB) ? -1 : 1;
    if ((i & (<u32>POLL_BYTES - 1)) == <u32>POLL_BYTES - 8 && !goesOn()) return 0;
  }
  for (; i < common; i++) {
    const difference = <i32>load<u8>(a + i) - <i32>load<u8>(b + i);
    if (difference != 0) return difference;
  }
  return bytesA == bytesB ? 0 : bytesA < bytesB ? -1 : 1;
}

/**
 * Puts the least `keep` items of [from, end) in order at the front, and the others behind them in
 * any order.
 *
 * Quicksort, which enters only parts that reach into the front. After too many bad pivots it sorts
 * the part in hand by heap, so that no input costs more than n log n. If the job is stopped
 * meanwhile, it returns early and the order is any.
 */
export function sortItems(job: usize, from: usize, end: usize, keep: u32): void {
  const limit = from + <usize>keep * ITEM_BYTES;
  const items = <u32>((end - from) / ITEM_BYTES);
  if (items > 1) sortPart(job, from, end, limit, 2 * (32 - <i32>clz(items)));
}

function sortPart(job: usize, from: usize, end: usize, limit: usize, depth: i32): void {
  while (end - from > INSERTION_BYTES) {
    if (from >= limit || halted || end - from > POLL_BYTES && !isRunning(job)) return;
    if (depth-- == 0) {
      heapSort(from, end);
      return;
    }
    const middle = partitionItems(from, end);
    // The larger part is the loop's: the recursion is at most log n deep.
    if (middle - from < end - middle) {
      sortPart(job, from, middle, limit, depth);
      from = middle + ITEM_BYTES;
    } else {
      sortPart(job, middle + ITEM_BYTES, end, limit, depth);
      end = middle;
    }
  }
  if (from < limit) insertionSort(from, end);
}

/**
 * Moves a pivot to its final place, lesser items before it and greater ones behind; returns the
 * place.
 */
function partitionItems(from: usize, end: usize): usize {
  const last = end - ITEM_BYTES;
  placeMedian(from, from + (((end - from) / ITEM_BYTES) >>> 1) * ITEM_BYTES, last);
  const major = load<u64>(from), rest = load<u64>(from, MINOR);
  let low = from;
  let high = end;
  let swaps: u32 = 0;
  while (true) {
    do low += ITEM_BYTES; while (low < last && !comes(major, rest, low));
    do high -= ITEM_BYTES; while (comes(major, rest, high));
    if (low >= high) break;
    swapItems(low, high);
    if ((++swaps & (POLL_ITEMS - 1)) == 0 && !goesOn()) break;
  }
  swapItems(from, high);
  return high;
}

/** Swaps the median of the three into the first place. */
function placeMedian(first: usize, middle: usize, last: usize): void {
  if (isBefore(middle, first)) swapItems(middle, first);
  if (isBefore(last, first)) swapItems(last, first);
  if (isBefore(last, middle)) swapItems(last, middle);
  swapItems(first, middle);
}

// @ts-ignore: decorator
@inline
function swapItems(a: usize, b: usize): void {
  const major = load<u64>(a), rest = load<u64>(a, 8);
  store<u64>(a, load<u64>(b));
  store<u64>(a, load<u64>(b, 8), 8);
  store<u64>(b, major);
  store<u64>(b, rest, 8);
}

function insertionSort(from: usize, end: usize): void {
  for (let at = from + ITEM_BYTES; at < end; at += ITEM_BYTES) {
    const major = load<u64>(at), rest = load<u64>(at, 8);
    let hole = at;
    while (hole > from && comes(major, rest, hole - ITEM_BYTES)) {
      store<u64>(hole, load<u64>(hole - ITEM_BYTES));
      store<u64>(hole, load<u64>(hole - ITEM_BYTES, 8), 8);
      hole -= ITEM_BYTES;
    }
    store<u64>(hole, major);
    store<u64>(hole, rest, 8);
  }
}

function heapSort(from: usize, end: usize): void {
  const items = <u32>((end - from) / ITEM_BYTES);
  for (let i = items >>> 1; i > 0; i--) {
    if ((i & (POLL_ITEMS - 1)) == 0 && !goesOn()) return;
    sink(from, i - 1, items);
  }
  for (let i = items - 1; i > 0; i--) {
    if ((i & (POLL_ITEMS - 1)) == 0 && !goesOn()) return;
    swapItems(from, from + <usize>i * ITEM_BYTES);
    sink(from, 0, i);
  }
}

/** Restores the heap with the greatest item on top, below `parent`. */
function sink(from: usize, parent: u32, items: u32): void {
  while (true) {
    let child: u32 = 2 * parent + 1;
    if (child >= items) return;
    const left = from + <usize>child * ITEM_BYTES;
    if (child + 1 < items && isBefore(left, left + ITEM_BYTES)) child++;
    const a = from + <usize>parent * ITEM_BYTES, b = from + <usize>child * ITEM_BYTES;
    if (!isBefore(a, b)) return;
    swapItems(a, b);
    parent = child;
  }
}

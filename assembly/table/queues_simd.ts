import { JOB_APPROX } from "../layout";
import * as layout from "../table_layout";
import { hashShort, shortSeedHigh, shortSeedLow } from "./hash";
import { SHORT_BYTES } from "../memory/masks";
import { freePages, pagesFor } from "../memory/pages";
import { goesOnAt, halted, scratch, SCRATCH_QUEUE_BITS } from "../memory/runtime";
import { keyOf } from "./probe_simd";
import { table, TABLE_QUEUE_BITS, TABLE_QUEUES, tokensSinceCarry } from "./table_header";
import { allocTablePages, freeTablePages } from "./table_pages";
import {
  addShort,
  SHORT_COUNT,
  SHORT_ENTRY_BYTES,
  shortBase,
  shortBits,
  shortUsed,
} from "./tier_short";

// Queues of words that wait to be counted. A short tier that no cache holds is divided into regions by
// the high bits of the hash, as it is into slots. Each region has a queue of the keys that belong there.
// A full queue is counted at once: its region is read from one end to the other, which the processor
// foresees, and is then in the second cache while its keys are looked for. Otherwise nearly every word
// would wait for memory, and for the address of its page.
//
// 1. A queued word is a token of the table, but not yet in a count. Queues are counted before the table
//    is scattered. What finds no room then is scattered as a record of its own.
// 2. Queues are for a size of the tier, and hold an eighth of the keys of its slots. When the tier has
//    grown, they are made anew.
// 3. Words that are frequent stay in the caches, and would only lose time in a queue. If most of the
//    words of full queues are, the queues are closed until the tier has grown.
//
//   u32 words counted | u32 frequent ones among them | u32 not 0 when closed | u32 sum
//   | u32 × REGIONS: keys in the queue | queues of keys, 16 bytes each

const REGION_BITS: u32 = layout.QUEUE_REGION_BITS;
export const REGIONS: u32 = 1 << REGION_BITS;
/** The least tier with queues, log 2 of its slots: 16 MB. */
const LEAST_BITS: u32 = 20;
/** How many times as often as the average key a word comes up that is frequent. */
const FREQUENT: u64 = 64;

const COUNTED: usize = 0;
const COUNTED_FREQUENT: usize = 4;
const CLOSED: usize = layout.QUEUES_CLOSED;
const SUM: usize = 12;
const FILLS: usize = layout.QUEUES_FILLS;
const HEADER_BYTES: usize = FILLS + <usize>REGIONS * 4;
const KEY_BYTES: usize = 16;
/** Between two queues, so that their ends are in different sets of the caches. */
const GAP_BYTES: usize = 4096 + 64;
/** Keys whose slots are looked at before the first of them is counted, so that the loads overlap. */
const GROUP_BYTES: usize = 16 * KEY_BYTES;

/** 0 when there are none. */
let queues: usize = 0;
/** The size of the tier that they are for, or would be if there were pages; 0 at first. */
let queueBits: u32 = 0;
let leastBits: u32 = LEAST_BITS;
let mayOpen: bool = false;
let areOpen: bool = false;

/** Reads the fields of a table into the globals of the instance. Jobs that purge have no queues. */
export function openQueues(job: usize, address: usize): void {
  queues = load<u32>(address, TABLE_QUEUES);
  queueBits = load<u32>(address, TABLE_QUEUE_BITS);
  const least = load<u32>(scratch, SCRATCH_QUEUE_BITS);
  leastBits = least == 0 ? LEAST_BITS : least;
  mayOpen = load<u32>(job, JOB_APPROX) == 0;
  areOpen = queues != 0 && load<u32>(queues, CLOSED) == 0;
}

/** Whether short words of the open table are to be queued. */
// @ts-ignore: decorator
@inline
export function takesQueues(): bool {
  if (shortBits < leastBits) return false;
  return shortBits == queueBits ? areOpen : renewQueues();
}

/** Counts what the queues hold, and makes queues for the tier as it is now. */
function renewQueues(): bool {
  if (!mayOpen || !countQueues()) return areOpen;
  if (queues != 0) freeTablePages(queues, queuePages(queueBits));
  queueBits = shortBits;
  queues = allocTablePages(queuePages(queueBits), false);
  areOpen = queues != 0;
  if (areOpen) memory.fill(queues, 0, HEADER_BYTES);
  store<u32>(table, <u32>queues, TABLE_QUEUES);
  store<u32>(table, queueBits, TABLE_QUEUE_BITS);
  return areOpen;
}

/** Keys that a queue has room for. */
// @ts-ignore: decorator
@inline
function queueLimit(bits: u32): u32 {
  return 1 << (bits - REGION_BITS - 3);
}

// @ts-ignore: decorator
@inline
function queueBytes(bits: u32): usize {
  return KEY_BYTES * queueLimit(bits) + GAP_BYTES;
}

/** Pages of the queues for a tier of 2^bits slots. */
function queuePages(bits: u32): u32 {
  return pagesFor(HEADER_BYTES + <usize>REGIONS * queueBytes(bits));
}

/**
 * Queues the short words of a list. Writes the other words, and those of a full queue that finds no
 * room in the table, to `out`; returns the end of what it has written.
 */
export function queueWords(base: usize, list: usize, end: usize, out: usize): usize {
  const low = shortSeedLow(), high = shortSeedHigh();
  const fills = queues + FILLS, first = queues + HEADER_BYTES;
  const bytes = queueBytes(queueBits), limit = queueLimit(queueBits);
  for (let at = list; at < end; at += 4) {
    const word = load<u32>(at);
    const key = keyOf(word, base);
    const hash = i64x2.extract_lane(key, 0) * low + <u64><u32>i32x4.extract_lane(key, 2) * high;
    const region = <usize>(hash >>> (64 - REGION_BITS));
    const fill = load<u32>(fills + (region << 2));
    const isShort = (word >>> 16) - (word & 0xffff) - 1 < SHORT_BYTES;
    if (!isShort || fill >= limit && !(areOpen && countQueue(region))) {
      store<u32>(out, word);
      out += 4;
      continue;
    }
    const place = fill < limit ? fill : 0;
    v128.store(first + region * bytes + (<usize>place << 4), key);
    store<u32>(fills + (region << 2), place + 1);
  }
  return out;
}

/** Counts the keys of all queues of the open table; false if some find no room, or the call halts. */
export function countQueues(): bool {
  if (queues == 0) return true;
  for (let region: usize = 0; region < <usize>REGIONS; region++) if (!countQueue(region)) return false;
  return true;
}

/** The same for one queue; the last keys first, so that those that are left stay where they are. */
function countQueue(region: usize): bool {
  const fill = queues + FILLS + (region << 2);
  if (load<u32>(fill) == 0) return true;
  if (halted || !readRegion(region)) return false; // else each word of a full queue would read on
  const first = queues + HEADER_BYTES + region * queueBytes(queueBits);
  const least = <u32>min<u64>(FREQUENT * tokensSinceCarry / shortUsed, <u64>u32.MAX_VALUE);
  let end = first + (<usize>load<u32>(fill) << 4);
  while (end > first) {
    const start = max(first, end - GROUP_BYTES);
    noteFrequent(start, end, least);
    for (; end > start; end -= KEY_BYTES) {
      if (!addShort(load<u64>(end - KEY_BYTES), load<u32>(end - KEY_BYTES, 8))) break;
    }
    store<u32>(fill, <u32>((end - first) >> 4));
    if (end > start) {
      close(); // each further word would read the region in vain
      return false;
    }
  }
  judge();
  return true;
}

/** Brings the region to the cache; false if the call halts. */
function readRegion(region: usize): bool {
  const bytes = SHORT_ENTRY_BYTES << (shortBits - REGION_BITS);
  const start = shortBase + region * bytes;
  let sum: u32 = 0;
  for (let at = start; at < start + bytes; at += 256) {
    if (!goesOnAt(at)) return false;
    sum += load<u32>(at) + load<u32>(at, 64) + load<u32>(at, 128) + load<u32>(at, 192);
  }
  store<u32>(queues, sum, SUM); // compilers drop loads whose sum nobody sees
  return true;
}

/** Notes how many of the keys are frequent: the counts in their home slots are more than `least`. */
// @ts-ignore: decorator
@inline
function noteFrequent(start: usize, end: usize, least: u32): void {
  const shift: u64 = 64 - shortBits;
  let frequent: u32 = 0;
  for (let key = start; key < end; key += KEY_BYTES) {
    const home = <usize>(hashShort(load<u64>(key), load<u32>(key, 8)) >>> shift) << 4;
    frequent += <u32>(load<u32>(shortBase + home, SHORT_COUNT) > least);
  }
  store<u32>(queues, load<u32>(queues, COUNTED) + <u32>((end - start) >> 4), COUNTED);
  store<u32>(queues, load<u32>(queues, COUNTED_FREQUENT) + frequent, COUNTED_FREQUENT);
}

/** Closes the queues if most words are frequent; asks once as many are counted as all queues hold. */
function judge(): void {
  const counted = load<u32>(queues, COUNTED);
  if (counted < queueLimit(queueBits) << REGION_BITS) return;
  if (load<u32>(queues, COUNTED_FREQUENT) > counted >>> 1) close();
  store<u64>(queues, 0, COUNTED);
}

function close(): void {
  areOpen = false;
  store<u32>(queues, 1, CLOSED);
}

// ---- a closed table -----------------------------------------------------------------------------

/** The last key in a region's queue of a closed table; 0 when the queue is empty. */
export function lastQueued(address: usize, region: u32): usize {
  const at: usize = load<u32>(address, TABLE_QUEUES);
  const fill: usize = at == 0 ? 0 : load<u32>(at + FILLS + (<usize>region << 2));
  if (fill == 0) return 0;
  const bytes = queueBytes(load<u32>(address, TABLE_QUEUE_BITS));
  return at + HEADER_BYTES + <usize>region * bytes + (fill - 1) * KEY_BYTES;
}

/** Takes that key out of the queue. */
export function dropQueued(address: usize, region: u32): void {
  const fill = load<u32>(address, TABLE_QUEUES) + FILLS + (<usize>region << 2);
  store<u32>(fill, load<u32>(fill) - 1);
}

/** Frees the queues of a closed table. */
export function freeQueues(job: usize, address: usize): void {
  const at: usize = load<u32>(address, TABLE_QUEUES);
  if (at != 0) freePages(job, at, queuePages(load<u32>(address, TABLE_QUEUE_BITS)));
  store<u32>(address, 0, TABLE_QUEUES);
}

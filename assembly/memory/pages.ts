import {
  JOB_BYTES,
  JOB_PAGE_LIMIT,
  JOB_PAGES,
  JOBS,
  PAGE_BYTES,
  PAGE_COUNT,
  PAGE_DIRTY,
  PAGE_ENGINE,
  PAGE_JOB,
  PAGE_MAP,
  PAGES,
  RESERVE_END,
  RESERVE_FIRST,
} from "../layout";
import { goesOn, halted } from "./runtime";

// The page allocator as kernels see it; src/shared/page_map.ts is the same protocol on the host.
//
// 1. A page's word is PAGE_FRESH or PAGE_DIRTY while the page is free, else it names the owner.
// 2. One compare-exchange of its word takes a free page; the winner owns the page's bytes.
// 3. Only the owner marks a page free, after its last access to the bytes.
// 4. A thread takes a span page by page; if it loses a race, it gives back the pages it has taken,
//    so no thread ever waits for another.
// 5. A page of the workers' reserves is PAGE_ENGINE while it is free. Only the worker whose part of
//    the reserves it is takes it; a thread that frees it gives it back to that part.

/** The smallest pages of systems. */
const SYSTEM_PAGE_BYTES: usize = 4096;
const FIRST_PAGE: u32 = PAGES / PAGE_BYTES;

// @ts-ignore: decorator
@inline
function wordOf(page: u32): usize {
  return <usize>PAGE_MAP + (<usize>page << 2);
}

// @ts-ignore: decorator
@inline
function ownerOf(job: usize): u32 {
  return PAGE_JOB + <u32>((job - JOBS) / JOB_BYTES);
}

/** Pages that hold `bytes`. */
// @ts-ignore: decorator
@inline
export function pagesFor(bytes: u64): u32 {
  return <u32>((bytes + (PAGE_BYTES - 1)) / PAGE_BYTES);
}

/**
 * Takes `count` contiguous pages for the job, first fit.
 *
 * @param zero Whether the bytes must be zero; dirty pages cost 3 µs each then.
 * Returns the address, or 0 when no such span is free or the job would pass its limit.
 */
export function allocPages(job: usize, count: u32, zero: bool): usize {
  const limit = load<u32>(job + JOB_PAGE_LIMIT);
  const held = atomic.add<u32>(job + JOB_PAGES, count);
  const allowed = limit == 0 || held + count <= limit;
  let address: usize = allowed ? takeSpan(count, ownerOf(job), zero) : 0;
  if (address == 0 && reserveOpen) address = takeReserve(count, ownerOf(job), zero);
  if (address == 0) atomic.sub<u32>(job + JOB_PAGES, count);
  return address;
}

// ---- the reserve of this instance's worker ------------------------------------------------------

let reserveFirst: u32 = 0;
let reserveEnd: u32 = 0;
let reserveOpen: bool = false;
let reserveTouched: bool = false;

/** Once per instance: the part of the reserves that is this worker's. */
export function setReserve(address: usize, bytes: u32): void {
  reserveFirst = <u32>(address / PAGE_BYTES);
  reserveEnd = reserveFirst + bytes / PAGE_BYTES;
  reserveTouched = true; // an instance before this one may have taken pages
}

/** Whether allocPages may take pages of the reserve when it gets no others. */
export function openReserve(open: bool): void {
  reserveOpen = open;
}

/** Whether any page of the reserve is in use. */
export function holdsReserve(): bool {
  if (!reserveTouched) return false;
  for (let page = reserveFirst; page < reserveEnd; page++) {
    if (atomic.load<u32>(wordOf(page)) != PAGE_ENGINE) return true;
  }
  reserveTouched = false;
  return false;
}

/** First fit, without races: nobody else takes pages here. */
function takeReserve(count: u32, owner: u32, zero: bool): usize {
  for (let start = reserveFirst; start + count <= reserveEnd; start++) {
    let free: u32 = 0;
    // Pairs with the store of PAGE_ENGINE in storeFree.
    while (free < count && atomic.load<u32>(wordOf(start + free)) == PAGE_ENGINE) free++;
    if (free < count) {
      start += free;
      continue;
    }
    for (let page = start; page < start + count; page++) atomic.store<u32>(wordOf(page), owner);
    const address = <usize>start * PAGE_BYTES;
    if (zero) memory.fill(address, 0, <usize>count * PAGE_BYTES);
    reserveTouched = true;
    return address;
  }
  return 0;
}

function takeSpan(count: u32, owner: u32, zero: bool): usize {
  // The memory's last page is never taken: keys may be read 16 bytes beyond their end.
  const limit = load<u32>(PAGE_COUNT) - 1;
  let start = FIRST_PAGE;
  while (start + count <= limit && !halted) {
    const free = freeRun(start, count);
    if (free < count) {
      start += free + 1;
      continue;
    }
    const taken = takePages(start, count, owner);
    if (taken == count) return !zero || zeroSpan(start, count) ? <usize>start * PAGE_BYTES : 0;
    start += taken + 1;
  }
  return 0;
}

/** How many pages from `start` on look free, up to `count`. */
function freeRun(start: u32, count: u32): u32 {
  let free: u32 = 0;
  while (free < count && atomic.load<u32>(wordOf(start + free)) <= <u32>PAGE_DIRTY) free++;
  return free;
}

/** The pages that takePages took last, from the first to the last that was dirty. */
let dirtyFirst: u32 = 0;
let dirtyEnd: u32 = 0;

/** Takes all of the pages, or none. Returns `count`, or how many were free. */
function takePages(start: u32, count: u32, owner: u32): u32 {
  dirtyFirst = u32.MAX_VALUE;
  dirtyEnd = 0;
  for (let i: u32 = 0; i < count; i++) {
    const word = wordOf(start + i);
    const state = atomic.load<u32>(word);
    // The exchange pairs with the store of PAGE_DIRTY in freePages: the former owner's last
    // accesses happened before ours.
    if (state > <u32>PAGE_DIRTY || atomic.cmpxchg<u32>(word, state, owner) != state) {
      storeFree(start, i);
      return i;
    }
    if (state != PAGE_DIRTY) continue;
    dirtyFirst = min(dirtyFirst, start + i);
    dirtyEnd = start + i + 1;
  }
  return count;
}

/**
 * Makes the bytes of the pages zero that takePages has taken, or gives them back and returns false when
 * the call halts. Threads that want the same pages would take turns to lose them if one wrote to a page
 * before it has all.
 */
function zeroSpan(start: u32, count: u32): bool {
  for (let page = start; page < start + count; page++) {
    const address = <usize>page * PAGE_BYTES;
    if (page >= dirtyFirst && page < dirtyEnd) memory.fill(address, 0, PAGE_BYTES);
    else touchPage(address);
    if (goesOn()) continue;
    storeFree(start, count);
    return false;
  }
  return true;
}

/**
 * Writes to a page of zeroes that nobody has written to. The system would map what is read first to one
 * page of its own, and interrupt all cores to map it anew when it is written.
 */
function touchPage(address: usize): void {
  for (let at = address; at < address + PAGE_BYTES; at += SYSTEM_PAGE_BYTES) store<u8>(at, 0);
}

/** Marks pages free that the caller owns. */
function storeFree(start: u32, count: u32): void {
  const reserved = start >= load<u32>(RESERVE_FIRST) && start < load<u32>(RESERVE_END);
  const state: u32 = reserved ? PAGE_ENGINE : PAGE_DIRTY;
  // PUBLISHES the owner's last accesses; pairs with the compare-exchange of the next owner.
  for (let i: u32 = 0; i < count; i++) atomic.store<u32>(wordOf(start + i), state);
}

/** Gives back pages that the job holds. */
export function freePages(job: usize, address: usize, count: u32): void {
  storeFree(<u32>(address / PAGE_BYTES), count);
  atomic.sub<u32>(job + JOB_PAGES, count);
}

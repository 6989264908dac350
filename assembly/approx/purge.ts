import { APPROX_BOUND, APPROX_PURGES } from "../approx_layout";
import { JOB_APPROX, JOB_COUNTED } from "../layout";
import { goesOnAt, halted } from "../memory/runtime";
import { beginFinalKeys, endFinalKeys, makeFinalKey, passesFilters } from "../table/final_key";
import { openTable, saveTable } from "../table/table";
import { table, tableJob, TIER_USED } from "../table/table_header";
import { beginStopFilter, filterKey, filtersFirst, LEFT_OUT } from "../text/stop_filter";
import { closeStopWords, openStopWords } from "../text/stop_words";
import { beginMedian, medianCount, noteCount, notedCounts } from "./median";
import { renewArena } from "./renew_arena";
import { noteKey, openSketch } from "./sketch";
import {
  clearEntry,
  countOf,
  endOfEntries,
  entryBytes,
  entryKey,
  entryKeyBytes,
  firstEntry,
  lastSlot,
  LONG,
  openKey,
  openTier,
  settleTier,
  tierHeader,
  TIERS,
} from "./tier_entries";

// A job that counts approximately has tables of a fixed size. A table without room for another key is
// purged: a number is subtracted from all counts, and keys with no more leave. This is the algorithm
// of Misra and Gries in batches, as Anderson, Bevan, Lang, Liberty, Rhodes and Thaler have it ("A
// High-Performance Algorithm for Identifying Frequent Items in Data Streams", IMC 2017).
//
// 1. What the filters leave out leaves first, and counts for nothing. If that is not half of the keys,
//    the number is about the median count of the others, so that half of them leave at least. So a
//    table with room for k keys that has counted t tokens has subtracted about 2t / k at most.
// 2. A count is too low by what was subtracted from it, and never too high. No purge subtracts more
//    from a key than its number, and APPROX_BOUND is the sum of the numbers of all tables of the job.
//    So it bounds the error of sums of several tables, too (Agarwal, Cormode, Huang, Phillips, Wei and
//    Yi, "Mergeable Summaries", PODS 2012).
// 3. A key of the table is final, whatever its case was; see count.ts. Else the number could be
//    subtracted several times from what is one key in the end.
// 4. What is subtracted is added to JOB_COUNTED, which so stays exact.

let job: usize = 0;

/** Makes room in the open table; false if no key has left, or the call halts. */
export function purgeTable(): bool {
  job = tableJob;
  if (load<u32>(job, JOB_APPROX) == 0) return false;
  const address = table;
  saveTable();
  const purged = purge(address);
  openTable(job, address);
  return purged;
}

function purge(address: usize): bool {
  if (!openStopWords(job)) return false;
  beginFinalKeys(job);
  beginStopFilter(job);
  openTier(address, 0);
  const lastShort = lastSlot();
  openTier(address, 1);
  const lastMedium = lastSlot();
  openTier(address, 2);
  const lastLong = lastSlot();
  const leftOut = filter(address);
  endFinalKeys();
  closeStopWords(job);
  const subtracted = subtract(address, leftOut < notedCounts ? medianCount() : 0);
  settle(address, 0, lastShort);
  settle(address, 1, lastMedium);
  settle(address, 2, lastLong);
  renewArena(job, address, longBytes);
  return leftOut + subtracted != 0 && !halted;
}

function settle(address: usize, tier: u32, last: usize): void {
  openTier(address, tier);
  settleTier(last);
}

/** Removes what the filters leave out, and finds the median of the other counts. Returns how many keys leave. */
function filter(address: usize): u32 {
  let leaving: u32 = 0;
  beginMedian();
  for (let tier: u32 = 0; tier < TIERS; tier++) {
    openTier(address, tier);
    for (let entry = firstEntry; entry < endOfEntries && goesOnAt(entry); entry += entryBytes) {
      const count = load<u32>(countOf(entry));
      if (count == 0) continue;
      openKey(entry);
      if (passes()) {
        noteCount(count);
      } else {
        clearEntry(entry);
        leaving++;
      }
    }
  }
  return leaving;
}

/** A key for whose filters there are no pages is taken to pass them. */
// @ts-ignore: decorator
@inline
function passes(): bool {
  if (filtersFirst && filterKey(entryKey, entryKeyBytes) == LEFT_OUT) return false;
  return !makeFinalKey(entryKey, entryKeyBytes) || passesFilters();
}

/** Bytes of the keys that the long tier keeps. */
let longBytes: u64 = 0;

/** Subtracts a number from all counts; returns how many keys leave. */
function subtract(address: usize, least: u32): u32 {
  const page: usize = load<u32>(job, JOB_APPROX);
  openSketch(page);
  longBytes = 0;
  let leaving: u32 = 0;
  let sum: u64 = 0;
  for (let tier: u32 = 0; tier < TIERS; tier++) {
    openTier(address, tier);
    let kept: u32 = 0;
    for (let entry = firstEntry; entry < endOfEntries && goesOnAt(entry); entry += entryBytes) {
      const count = load<u32>(countOf(entry));
      if (count == 0) continue;
      openKey(entry);
      if (count > least) {
        store<u32>(countOf(entry), count - least);
        sum += least;
        kept++;
        if (tier == LONG) longBytes += entryKeyBytes;
      } else {
        noteKey(entryKey, entryKeyBytes);
        clearEntry(entry);
        sum += count;
        leaving++;
      }
    }
    store<u32>(tierHeader, kept, TIER_USED);
  }
  atomic.add<u64>(job + JOB_COUNTED, sum);
  if (leaving != 0) {
    atomic.add<u64>(page + APPROX_BOUND, least);
    atomic.add<u32>(page + APPROX_PURGES, 1);
  }
  return leaving;
}

import { beginSketch, noteKey, notesKeys } from "../approx/sketch";
import { CARRY_COUNT, CARRY_KEY, CARRY_KEY_BYTES, mediumKeyBytes, shortKeyBytes } from "../table/carry";
import {
  beginFinalKeys,
  endFinalKeys,
  finalBytes,
  finalChanged,
  finalKey,
  makeFinalKey,
  passesFilters,
} from "../table/final_key";
import { FAULT_PARTITION, FAULT_SPILL, faultPoint } from "../memory/fault_point";
import { hashInOrder } from "../table/hash";
import { JOB_PARTITION_BITS, JOB_TABLES, OK, OUT_OF_PAGES, STOPPED } from "../layout";
import { appendToBatch } from "../spill/spill_batch";
import { appendRecord } from "./record_runs";
import { isRunning } from "../memory/runtime";
import { beginStopFilter, filterKey, filtersFirst, holdsTokens, KEPT, LEFT_OUT, undoJoin } from "../text/stop_filter";
import { closeStopWords, openStopWords } from "../text/stop_words";
import { form, FORM_STATS, hasValues, tailOffset } from "../values/op";
import { tailOfStats } from "../values/stats";
import { countQueues, dropQueued, lastQueued, REGIONS } from "../table/queues_simd";
import { closeTable, freeTiers, isPartitioned, openTable } from "../table/table";
import {
  TABLE_CARRIES,
  TABLE_CHANGED,
  TABLE_CURSOR_SLOT,
  TABLE_CURSOR_TIER,
  TABLE_LONG,
  TABLE_MEDIUM,
  TABLE_PARTITIONS_LEFT,
  TABLE_QUEUES,
  TABLE_SHORT,
  TIER_BASE,
  TIER_BITS,
} from "../table/table_header";
import { LONG_COUNT, LONG_ENTRY_BYTES, LONG_KEY, LONG_KEY_BYTES } from "../table/tier_long";
import { MEDIUM_COUNT, MEDIUM_ENTRY_BYTES } from "../table/tier_medium";
import { SHORT_COUNT, SHORT_ENTRY_BYTES } from "../table/tier_short";

// Scatters a table into one run of records per partition, by the hash of the final key. A cursor in
// the table's header says which slot comes next, so that the same call goes on after OUT_OF_PAGES.

/** Slots between two looks at the job's state. */
const POLL_SLOTS: u32 = 4096;

const CURSOR_SHORT: u32 = 0;
const CURSOR_MEDIUM: u32 = 1;
const CURSOR_LONG: u32 = 2;
const CURSOR_CARRIES: u32 = 3;
const CURSOR_QUEUES: u32 = 4;
const CURSOR_DONE: u32 = 5;

let job: usize = 0;
let table: usize = 0;
let partitionBits: u32 = 0;
/** Whether records go into the batch of spill.ts, and not into runs. */
let toBatch: bool = false;

/** See kernel.ts. */
export function partitionTable(forJob: usize, worker: u32): i32 {
  table = load<u32>(forJob + JOB_TABLES + (<usize>worker << 2));
  if (table == 0 || load<u32>(table, TABLE_CURSOR_TIER) == CURSOR_DONE) return OK;
  const status = scatterTable(forJob, table, load<u32>(forJob, JOB_PARTITION_BITS), false);
  if (status != OK) return status;
  faultPoint(FAULT_PARTITION, worker);
  freeTiers(forJob, table);
  store<u32>(table, 1 << partitionBits, TABLE_PARTITIONS_LEFT);
  return OK;
}

/**
 * Makes a record with a final key of each entry from the cursor on, in the table's runs or in the
 * batch. Returns OK, STOPPED, or OUT_OF_PAGES when there is no room for the next one.
 */
export function scatterTable(forJob: usize, forTable: usize, bits: u32, batch: bool): i32 {
  job = forJob;
  table = forTable;
  partitionBits = bits;
  toBatch = batch;
  if (load<u32>(table, TABLE_QUEUES) != 0 && !isPartitioned(table)) countQueued();
  if (!openStopWords(forJob)) return OUT_OF_PAGES;
  beginFinalKeys(forJob);
  beginStopFilter(forJob);
  beginSketch(forJob);
  const status = scatter();
  endFinalKeys();
  closeStopWords(forJob);
  if (batch) faultPoint(FAULT_SPILL, bits);
  return status;
}

/** Counts queued words as far as there is room; scatterQueues has the others. */
function countQueued(): void {
  openTable(job, table);
  countQueues();
  closeTable();
}

function scatter(): i32 {
  while (true) {
    const tier = load<u32>(table, TABLE_CURSOR_TIER);
    if (tier == CURSOR_DONE) return OK;
    const status = tier == CURSOR_SHORT
      ? scatterShort()
      : tier == CURSOR_MEDIUM
      ? scatterMedium()
      : tier == CURSOR_LONG
      ? scatterLong()
      : tier == CURSOR_CARRIES
      ? scatterCarries()
      : scatterQueues();
    if (status != OK) return status;
    store<u32>(table, 0, TABLE_CURSOR_SLOT);
    store<u32>(table, tier + 1, TABLE_CURSOR_TIER);
  }
}

/** Stores which slot comes next, and returns OUT_OF_PAGES. */
function leaveAt(slot: u32): i32 {
  store<u32>(table, slot, TABLE_CURSOR_SLOT);
  return OUT_OF_PAGES;
}

function scatterShort(): i32 {
  const base: usize = load<u32>(table, TABLE_SHORT + TIER_BASE);
  const slots: u32 = 1 << load<u32>(table, TABLE_SHORT + TIER_BITS);
  for (let slot = max<u32>(load<u32>(table, TABLE_CURSOR_SLOT), 1); slot < slots; slot++) {
    if ((slot & (POLL_SLOTS - 1)) == 0 && !isRunning(job)) return STOPPED;
    const entry = base + <usize>slot * SHORT_ENTRY_BYTES;
    const count = load<u32>(entry, SHORT_COUNT);
    if (count != 0 && !emit(entry, shortKeyBytes(entry), count)) return leaveAt(slot);
  }
  return OK;
}

function scatterMedium(): i32 {
  const base: usize = load<u32>(table, TABLE_MEDIUM + TIER_BASE);
  const slots: u32 = 1 << load<u32>(table, TABLE_MEDIUM + TIER_BITS);
  for (let slot = max<u32>(load<u32>(table, TABLE_CURSOR_SLOT), 1); slot < slots; slot++) {
    if ((slot & (POLL_SLOTS - 1)) == 0 && !isRunning(job)) return STOPPED;
    const entry = base + <usize>slot * MEDIUM_ENTRY_BYTES;
    const count = load<u32>(entry, MEDIUM_COUNT);
    if (count != 0 && !emit(entry, mediumKeyBytes(entry), count)) return leaveAt(slot);
  }
  return OK;
}

function scatterLong(): i32 {
  const base: usize = load<u32>(table, TABLE_LONG + TIER_BASE);
  const slots: u32 = 1 << load<u32>(table, TABLE_LONG + TIER_BITS);
  for (let slot = load<u32>(table, TABLE_CURSOR_SLOT); slot < slots; slot++) {
    if ((slot & (POLL_SLOTS - 1)) == 0 && !isRunning(job)) return STOPPED;
    const entry = base + <usize>slot * LONG_ENTRY_BYTES;
    const count = load<u32>(entry, LONG_COUNT);
    if (count == 0) continue;
    const key: usize = load<u32>(entry, LONG_KEY);
    if (!emit(key, load<u32>(entry, LONG_KEY_BYTES), count)) return leaveAt(slot);
  }
  return OK;
}

/**
 * A carried key still has its entry, which may have counted on; the reduce adds the two records up.
 */
function scatterCarries(): i32 {
  let record: usize = load<u32>(table, TABLE_CARRIES);
  for (; record != 0; record = load<u32>(record)) {
    const count = load<u64>(record, CARRY_COUNT);
    if (!emit(record + CARRY_KEY, load<u32>(record, CARRY_KEY_BYTES), count)) {
      store<u32>(table, <u32>record, TABLE_CARRIES); // those before it are records already
      return OUT_OF_PAGES;
    }
    store<u32>(table, 1, TABLE_CHANGED);
  }
  return OK;
}

/** Makes a record of each word that is still queued, which the reduce adds up. */
function scatterQueues(): i32 {
  if (load<u32>(table, TABLE_QUEUES) == 0) return OK;
  for (let region = load<u32>(table, TABLE_CURSOR_SLOT); region < REGIONS; region++) {
    if (!isRunning(job)) return STOPPED;
    for (let key = lastQueued(table, region); key != 0; key = lastQueued(table, region)) {
      if (!emit(key, shortKeyBytes(key), 1)) return leaveAt(region);
      dropQueued(table, region);
      store<u32>(table, 1, TABLE_CHANGED);
    }
  }
  return OK;
}

/**
 * Appends the final key to its partition's run, unless the filters refuse it. In a job with values
 * `count` is the address of the key's state.
 */
// @ts-ignore: decorator
@inline
function emit(key: usize, bytes: u32, count: u64): bool {
  return filtersFirst ? emitFiltered(key, bytes, count) : emitFinal(key, bytes, count);
}

function emitFiltered(key: usize, bytes: u32, count: u64): bool {
  const verdict = filterKey(key, bytes);
  if (verdict != KEPT) return verdict == LEFT_OUT;
  if (emitFinal(key, bytes, count)) return true;
  undoJoin();
  return false;
}

function emitFinal(key: usize, bytes: u32, count: u64): bool {
  if (!makeFinalKey(key, bytes)) return false;
  if (!passesFilters()) return true;
  if (notesKeys) noteKey(finalKey, finalBytes);
  if (finalChanged || holdsTokens) store<u32>(table, 1, TABLE_CHANGED);
  const partition = partitionBits == 0 ? 0 : <u32>(hashInOrder(finalKey, finalBytes) >>> (64 - partitionBits));
  const areStats = form == FORM_STATS;
  const tail = areStats ? tailOfStats(<usize>count) : <usize>count + tailOffset;
  if (hasValues) count = areStats ? 0 : load<u64>(<usize>count);
  if (toBatch) return appendToBatch(partition, finalKey, finalBytes, count, tail);
  return appendRecord(job, table, partition, finalKey, finalBytes, count, tail);
}

import { appendToBatch, isBatchEmpty, openBatch, orderBatch, sealBatch } from "./spill_batch";
import { hashInOrder } from "../table/hash";
import {
  JOB_COUNTED,
  JOB_DISTINCT,
  JOB_ORDER,
  JOB_SPILL_BITS,
  JOB_TABLES,
  JOB_TOP,
  OK,
  OUT_OF_PAGES,
  OUTPUT_FULL,
  PARTITION_CAPACITY,
  STOPPED,
} from "../layout";
import { addressOf, freeOrderedRun, runEnd, runKeys, runOf } from "../reduce/ordered_run";
import { freePages, openReserve } from "../memory/pages";
import { scatterTable } from "../reduce/partition";
import {
  firstBlock,
  firstRecord,
  freeRun,
  isTaken,
  keyedBytes,
  markTaken,
  nextBlock,
  RECORD_KEY,
  RECORD_KEY_BYTES,
  recordsEnd,
  takenSize,
} from "../reduce/record_runs";
import { freeTiers } from "../table/table";
import { goesOnAfter } from "../memory/runtime";
import { TABLE_CHANGED } from "../table/table_header";
import { hasValues } from "../values/op";

// Moves counts from memory to disk, a batch at a time. A batch is taken from a worker's table, or
// from the runs that an unfinished reduce has left. Table and runs are freed when all of their
// records have been taken.
//
// 1. A batch needs no pages but its region, so a spill can go on when no page is free.
// 2. A record that was taken from a run is marked, and the next batch skips it.

let job: usize = 0;
let bits: u32 = 0;
/** Sum of the counts that the call has taken. */
let counted: u64 = 0;

function begin(forJob: usize, region: usize, bytes: u32): void {
  job = forJob;
  bits = load<u32>(forJob, JOB_SPILL_BITS);
  counted = 0;
  openBatch(region, bytes, bits);
}

/** See kernel.ts. */
export function spillTable(forJob: usize, worker: u32, region: usize, bytes: u32): i32 {
  begin(forJob, region, bytes);
  const word = forJob + JOB_TABLES + (<usize>worker << 2);
  const table: usize = load<u32>(word);
  if (table == 0) return OK;
  openReserve(true); // folding and normalizing a long key takes pages
  let status = takeRuns(table);
  if (status == OK) status = scatterTable(forJob, table, bits, true);
  openReserve(false);
  if (status == STOPPED) return status;
  if (status == OUT_OF_PAGES && isBatchEmpty()) return status;
  if (!sealBatch(forJob, load<u32>(table, TABLE_CHANGED) != 0)) return STOPPED;
  if (status != OK) return OUTPUT_FULL;
  freeTiers(forJob, table);
  freePages(forJob, table, 1);
  store<u32>(word, 0);
  return OK;
}

/** Takes the records that partitionTable has scattered and no reducePartition has merged. */
function takeRuns(table: usize): i32 {
  for (let partition: u32 = 0; partition < <u32>PARTITION_CAPACITY; partition++) {
    for (let block = firstBlock(table, partition); block != 0; block = nextBlock(block)) {
      if (!takeRecords(firstRecord(block), recordsEnd(block))) return OUT_OF_PAGES;
    }
    freeRun(job, table, partition);
  }
  return OK;
}

/** See kernel.ts. */
export function spillRuns(forJob: usize, region: usize, bytes: u32): i32 {
  begin(forJob, region, bytes);
  let status: i32 = OK;
  for (let partition: u32 = 0; partition < <u32>PARTITION_CAPACITY; partition++) {
    const run = runOf(forJob, partition);
    if (run == 0) continue;
    if (!takeRecords(addressOf(run), runEnd(run))) {
      status = isBatchEmpty() ? OUT_OF_PAGES : OUTPUT_FULL;
      break;
    }
    atomic.sub<u32>(forJob + JOB_DISTINCT, runKeys(run)); // the merge will count them again
    freeOrderedRun(forJob, partition);
  }
  atomic.sub<u64>(forJob + JOB_COUNTED, counted); // the merge will add them again
  if (status == OUT_OF_PAGES) return status;
  return sealBatch(forJob, false) ? status : STOPPED;
}

function takeRecords(from: usize, end: usize): bool {
  for (let record = from; record < end; record += takenSize(record)) {
    if (isTaken(record)) continue;
    const key = record + RECORD_KEY;
    const keyBytes = load<u32>(record, RECORD_KEY_BYTES);
    const partition = bits == 0 ? 0 : <u32>(hashInOrder(key, keyBytes) >>> (64 - <u64>bits));
    const count = load<u64>(record);
    const tail = record + <usize>keyedBytes(keyBytes);
    if (!appendToBatch(partition, key, keyBytes, count, tail)) return false;
    markTaken(record);
    if (!hasValues) counted += count;
    if (!goesOnAfter(takenSize(record))) return false;
  }
  return true;
}

/** See kernel.ts. */
export function orderRecords(forJob: usize, region: usize, filled: u32, bytes: u32): i32 {
  openBatch(region, bytes, 0);
  const ordered = orderBatch(forJob, filled, load<u32>(forJob, JOB_ORDER), load<u32>(forJob, JOB_TOP));
  return ordered ? OK : STOPPED;
}

import { JOB_PARTITION_BITS, RECORDS_TORN, VALUE_KEY, VALUE_KEY_BYTES } from "../layout";
import { halted } from "../memory/runtime";
import {
  areKeysFinal, beginFinalKeys, endFinalKeys, finalBytes, finalKey, makeFinalKey,
} from "./final_key";
import { hashInOrder } from "./hash";
import { table, TABLE_CHANGED } from "./table_header";
import { holdsRecord, recordEnd } from "../text/tokenizers/values";
import { fail } from "../values/op";
import { appendFirstWord, appendKeyed } from "../reduce/record_runs";

// Scatters the value records of a chunk into the runs of the open table, as partitionTable scatters the
// keys of a table. So each record is combined in a table of its partition, which the caches hold; a table
// of all keys would be far larger. It costs the memory of all records.

/** How many records the last call has scattered. */
export let scatteredRecords: u32 = 0;

let job: usize = 0;
let shift: u64 = 0;

/**
 * Scatters the records that begin in [from, to) of a chunk that ends at `end`. Returns where the next
 * one begins: before `to` when there is no room for it, or it ends behind the chunk.
 */
export function scatterRecords(forJob: usize, from: usize, to: usize, end: usize): usize {
  job = forJob;
  shift = 64 - <u64>load<u32>(forJob, JOB_PARTITION_BITS);
  scatteredRecords = 0;
  store<u32>(table, 1, TABLE_CHANGED); // any two records may have the same key
  beginFinalKeys(forJob);
  const next = areKeysFinal() ? scatterAs(true, from, to, end) : scatterAs(false, from, to, end);
  endFinalKeys();
  return next;
}

/** @param areFinal Known to the compiler. */
// @ts-ignore: decorator
@inline
function scatterAs(areFinal: bool, from: usize, to: usize, end: usize): usize {
  let at = from;
  for (; at < to; at = recordEnd(at)) {
    if (!holdsRecord(at, end)) {
      fail(RECORDS_TORN, at);
      break;
    }
    const bytes = load<u32>(at, VALUE_KEY_BYTES);
    if (areFinal ? !scatter(at, bytes) : !scatterChanged(at, bytes)) break;
    scatteredRecords++;
  }
  return at;
}

// @ts-ignore: decorator
@inline
function scatter(record: usize, bytes: u32): bool {
  const hash = hashInOrder(record + VALUE_KEY, bytes);
  return appendKeyed(job, table, <u32>(hash >>> shift), record, bytes);
}

function scatterChanged(record: usize, bytes: u32): bool {
  if (!makeFinalKey(record + VALUE_KEY, bytes) || halted) return false;
  const hash = hashInOrder(finalKey, finalBytes);
  return appendFirstWord(job, table, <u32>(hash >>> shift), finalKey, finalBytes, load<u64>(record));
}

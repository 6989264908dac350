// The ABI of a kernel: numbers in, a status of layout.ts out. Addresses are those of the shared
// memory. The caller owns every region it passes; an instance keeps state in its own globals and
// in the scratch only, so that any number of instances can work on one memory.
//
// A job goes through mapChunk (each chunk once, on any worker), partitionTable (each worker that
// has a table), reducePartition (each partition), finishJob. A step begins when all of the step
// before are done; within a step, calls run side by side.

import { drainBatch as drain } from "./spill/spill_batch";
import { openClaim } from "./memory/claim";
import { foldKey as fold } from "./text/fold_key";
import { prepareHashes } from "./table/hash";
import { ABI_VERSION } from "./layout";
import { dropChunk as drop, mapChunk as mapOneChunk } from "./table/map_chunk";
import { prepareMasks } from "./memory/masks";
import { mergeNext as merge, openMerge as open } from "./spill/merge";
import { normalizeKey as normalize } from "./text/nfc";
import { finishJob as finish } from "./reduce/ordered_run";
import { holdsReserve as holds, setReserve as set } from "./memory/pages";
import { partitionTable as partition } from "./reduce/partition";
import { reducePartition as reduce } from "./reduce/reduce";
import { beginCall, endCall, SCRATCH_FLUSH_TOKENS, setScratch } from "./memory/runtime";
import { scanLong } from "./text/tokenizers/scan";
import { scanIsWord } from "./text/tokenizers/scan_state";
import { orderRecords as orderAll, spillRuns as spillAll, spillTable as spill } from "./spill/spill";

export function abiVersion(): u32 {
  return ABI_VERSION;
}

/**
 * What the kernel is, as JSON: tokenizers and options have the names of the query parameters. Only
 * the host's private instance calls this, because it allocates the string.
 */
export function describe(): string {
  return '{"name":"words","abi":' + ABI_VERSION.toString() +
    ',"tokenizers":["unicode","whitespace","ascii","lines"]' +
    ',"options":["case","normalization","n","lineBound","keepCR","top","min","order"' +
    ',"minLength","maxLength","prefix","stopWords","stopMode","invalid"]}';
}

/**
 * Once per instance, before anything else.
 *
 * `region` is SCRATCH_BYTES of memory that is this instance's alone. The seeds must be stored.
 */
export function attach(region: usize): void {
  setScratch(region);
  store<u32>(region + SCRATCH_FLUSH_TOKENS, 0);
  prepareMasks();
  prepareHashes();
}

/**
 * Counts one chunk into the table of (job, worker), which the first call makes.
 *
 * The chunk starts and ends where the tokenizer may be cut, and TEXT_PADDING zero bytes follow
 * it. It is this call's: letters may be lower-cased in place. Leaves its findings at SCRATCH_*;
 * edge_words.ts has the format of SCRATCH_EDGES, in pages that the caller frees.
 *
 * `task` is the address of the task's record and `claimed` its state word while CLAIMED: counting
 * goes on where the record says, and may be taken away between two sub-blocks. 0, 0: it may not.
 *
 * Returns OK; INVALID_UTF8; STOPPED, within a sub-block of 8 KB; or OUT_OF_PAGES: what was counted
 * stays counted, and the same call goes on where this one ended, unless the instance has taken up
 * another chunk in between; or FENCED: the task was taken away.
 */
export function mapChunk(job: usize, worker: u32, text: usize, bytes: u32, task: usize, claimed: u32): i32 {
  beginCall(job);
  openClaim(task, claimed);
  return endCall(mapOneChunk(job, worker, text, bytes));
}

/**
 * Scatters a worker's table into a run of records for each partition, with final keys, and frees
 * the table. Returns OK, STOPPED, or OUT_OF_PAGES: then the same call goes on.
 */
export function partitionTable(job: usize, worker: u32): i32 {
  beginCall(job);
  return endCall(partition(job, worker));
}

/**
 * Merges a partition's runs of all workers, adds its distinct keys to JOB_DISTINCT and their counts
 * to JOB_COUNTED, leaves what the job asks for as an ordered run at JOB_RUNS, and frees the runs. Returns OK, STOPPED, or
 * OUT_OF_PAGES: then the same call starts over.
 */
export function reducePartition(job: usize, partition: u32): i32 {
  beginCall(job);
  return endCall(reduce(job, partition));
}

/**
 * Merges the ordered runs into the job's segment, at JOB_SEGMENT, and frees them. The segment
 * starts at a page and has JOB_SEGMENT_PAGES; without a key it is 0. Returns as the others do.
 */
export function finishJob(job: usize): i32 {
  beginCall(job);
  return endCall(finish(job));
}

// ---- when memory does not suffice: sorted runs that the caller writes to disk ---------------------

/** Once per instance, if at all: pages that only this instance takes, when mapChunk finds no others. */
export function setReserve(address: usize, bytes: u32): void {
  set(address, bytes);
}

/** Whether a page of the reserve is in use: then the table must be spilled before another task. */
export function holdsReserve(): bool {
  return holds();
}

/** Forgets the chunk that mapChunk would go on with; of a job that is still the caller's. */
export function dropChunk(): void {
  drop();
}

/**
 * Fills a batch in the region with records of a worker's table, ordered by partition and key; the
 * caller drains it. Needs no pages. Returns OK when the table is empty, and freed; OUTPUT_FULL when
 * the same call goes on; STOPPED; or OUT_OF_PAGES when the region is too small for the next record.
 */
export function spillTable(job: usize, worker: u32, region: usize, bytes: u32): i32 {
  beginCall(job);
  return endCall(spill(job, worker, region, bytes));
}

/** The same for the ordered runs that reducePartition has left. */
export function spillRuns(job: usize, region: usize, bytes: u32): i32 {
  beginCall(job);
  return endCall(spillAll(job, region, bytes));
}

/**
 * Makes a batch of records that stand in the region behind BATCH_HEADER_BYTES, in the job's order
 * and not more than JOB_TOP. `bytes` leaves room for 16 bytes per record. Returns OK or STOPPED.
 */
export function orderRecords(job: usize, region: usize, recordBytes: u32, bytes: u32): i32 {
  beginCall(job);
  return endCall(orderAll(job, region, recordBytes, bytes));
}

/** Copies the next bytes of the batch to `out`; returns how many, 0 at its end. */
export function drainBatch(out: usize, bytes: u32): u32 {
  return drain(out, bytes);
}

/**
 * Begins a merge of the inputs at SCRATCH_INPUTS, which are ordered by ORDER_KEY or ORDER_COUNT.
 *
 * @param sums Whether equal keys become one; the inputs are ordered by key then.
 * @param least Counts below it are left out, of sums.
 * @param top Most records in the output, 0 for all.
 */
export function openMerge(job: usize, inputs: u32, order: u32, sums: bool, least: u64, top: u32): void {
  open(job, inputs, order, sums, least, top);
}

/**
 * Goes on merging into `out`. Returns OK at the end; OUTPUT_FULL, with SCRATCH_MERGED_BYTES to be
 * taken from `out`, or none when SCRATCH_MERGE_NEEDED bytes are needed there; INPUT_USED_UP when
 * SCRATCH_MERGE_INPUT needs so much, with what is in `out` left as it is; STOPPED.
 */
export function mergeNext(out: usize, bytes: u32): i32 {
  return merge(out, bytes);
}

/** Whether a text is, as a whole, one token. */
export function isToken(text: usize, bytes: u32, tokenizer: u32): bool {
  beginCall(0);
  return bytes != 0 && scanLong(tokenizer, text, text + bytes) == text + bytes && scanIsWord;
}

/**
 * Folds a key's case as the job's keys are folded, for filters that are compared with them.
 *
 * `out` has room for 3 × `bytes`. Returns the bytes written there.
 */
export function foldKey(key: usize, bytes: u32, out: usize): u32 {
  beginCall(0);
  return fold(key, bytes, out);
}

/** The same for Normalization Form C. `out` has room for 3 × `bytes` + 4. */
export function normalizeKey(key: usize, bytes: u32, out: usize): u32 {
  beginCall(0);
  return normalize(key, bytes, out);
}

// The ABI of a kernel: numbers in, a status of layout.ts out. Addresses are those of the shared
// memory. The caller owns every region that it passes. An instance keeps state only in its own
// globals and in the scratch, so that any number of instances can work on one memory.
//
// A job takes four steps: mapChunk (once for each chunk, on any worker), partitionTable (once for
// each worker that has a table), reducePartition (once for each partition) and finishJob. A step
// begins when all calls of the step before have returned. Calls of one step run side by side.

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
import { beginValues, endValues } from "./values/op";
import { scanLong } from "./text/tokenizers/scan";
import { scanIsWord } from "./text/tokenizers/scan_state";
import { orderRecords as orderAll, spillRuns as spillAll, spillTable as spill } from "./spill/spill";

// In a job with values, each of these calls may also end with VALUE_OVERFLOW, and mapChunk with
// VALUE_REFUSED or RECORDS_TORN. Then the job has failed: the caller only frees what it holds.

// @ts-ignore: decorator
@inline
function begin(job: usize): void {
  beginCall(job);
  beginValues(job);
}

// @ts-ignore: decorator
@inline
function end(status: i32): i32 {
  return endValues(endCall(status));
}

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
    ',"options":["case","normalization","n","lineBound","keepCR","top","min","max","order"' +
    ',"minLength","maxLength","prefix","stopWords","stopMode","invalid"]}';
}

/**
 * Once per instance, before anything else.
 *
 * `region` is SCRATCH_BYTES of memory that only this instance uses. The host must have stored the
 * seeds.
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
 * The chunk starts and ends where the text may be cut, and TEXT_PADDING zero bytes follow it. The
 * call may lower-case letters of the chunk in place. It stores its results at SCRATCH_*;
 * edge_words.ts has the format of SCRATCH_EDGES, which lies in pages that the caller frees.
 *
 * `task` is the address of the task's record, and `claimed` its state word while CLAIMED. Counting
 * begins where the record says, and the host may take the task away between two sub-blocks. With
 * 0 and 0, counting begins at the start and nobody can take the task away.
 *
 * Returns
 *   OK
 *   INVALID_UTF8  the text is not UTF-8 and the job rejects that
 *   STOPPED       the job does not run any more; noticed within a sub-block of 8 KB
 *   OUT_OF_PAGES  what was counted stays counted. The same call goes on where this one ended, unless
 *                 the instance has begun another chunk in between
 *   FENCED        the host has taken the task away
 */
export function mapChunk(job: usize, worker: u32, text: usize, bytes: u32, task: usize, claimed: u32): i32 {
  begin(job);
  openClaim(task, claimed);
  return end(mapOneChunk(job, worker, text, bytes));
}

/**
 * Scatters a worker's table into a run of records for each partition, with final keys, and frees
 * the table. Returns OK, STOPPED, or OUT_OF_PAGES, after which the same call goes on.
 */
export function partitionTable(job: usize, worker: u32): i32 {
  begin(job);
  return end(partition(job, worker));
}

/**
 * Merges a partition's runs of all workers and frees them. Adds the number of distinct keys to
 * JOB_DISTINCT and the sum of their counts to JOB_COUNTED. Stores at JOB_RUNS an ordered run of the
 * keys that the job asks for. Returns OK, STOPPED, or OUT_OF_PAGES, after which the same call
 * starts over.
 */
export function reducePartition(job: usize, partition: u32): i32 {
  begin(job);
  return end(reduce(job, partition));
}

/**
 * Merges the ordered runs into the job's segment, at JOB_SEGMENT, and frees them. The segment
 * starts at a page and has JOB_SEGMENT_PAGES; it is 0 when there is no key. Returns OK, STOPPED, or
 * OUT_OF_PAGES, after which the same call starts over.
 */
export function finishJob(job: usize): i32 {
  begin(job);
  return end(finish(job));
}

// ---- when memory does not suffice: sorted runs that the caller writes to disk ---------------------

/**
 * Called at most once per instance: names pages that only this instance takes, when others are out.
 */
export function setReserve(address: usize, bytes: u32): void {
  set(address, bytes);
}

/**
 * Whether a page of the reserve is in use. The thread must spill its table then, before it takes a
 * task.
 */
export function holdsReserve(): bool {
  return holds();
}

/** Forgets the chunk that mapChunk would go on with. The caller must still own the chunk's job. */
export function dropChunk(): void {
  drop();
}

/**
 * Fills a batch in the region with records of a worker's table, ordered by partition and key; the
 * caller drains it. Needs no pages.
 *
 * Returns
 *   OK            the table is empty and freed
 *   OUTPUT_FULL   the region is full; after the caller has drained it, the same call goes on
 *   STOPPED
 *   OUT_OF_PAGES  the region is too small for the next record
 */
export function spillTable(job: usize, worker: u32, region: usize, bytes: u32): i32 {
  begin(job);
  return end(spill(job, worker, region, bytes));
}

/** The same for the ordered runs that reducePartition has stored at JOB_RUNS. */
export function spillRuns(job: usize, region: usize, bytes: u32): i32 {
  begin(job);
  return end(spillAll(job, region, bytes));
}

/**
 * Makes a batch of the records that the caller has put into the region behind BATCH_HEADER_BYTES:
 * the first JOB_TOP of them in the job's order. The region has `bytes` bytes, of which 16 per
 * record must be free behind the records. Returns OK or STOPPED.
 */
export function orderRecords(job: usize, region: usize, recordBytes: u32, bytes: u32): i32 {
  begin(job);
  return end(orderAll(job, region, recordBytes, bytes));
}

/** Copies the next bytes of the batch to `out`; returns how many, 0 at its end. */
export function drainBatch(out: usize, bytes: u32): u32 {
  return drain(out, bytes);
}

/**
 * Begins a merge of the inputs at SCRATCH_INPUTS.
 *
 * @param order How the inputs are ordered: one of ORDER_*.
 * @param rule Bits of MERGE_*. With MERGE_SUMS, the inputs must be ordered by key.
 * @param least Sums below it are left out. Not looked at without MERGE_SUMS, nor in a job with
 *   values, but that 2^63 leaves out every record of any job.
 * @param top Most records in the output, 0 for all.
 */
export function openMerge(job: usize, inputs: u32, order: u32, rule: u32, least: u64, top: u32): void {
  open(job, inputs, order, rule, least, top);
}

/**
 * Goes on merging into `out`.
 *
 * Returns
 *   OK             the merge is done; the caller takes SCRATCH_MERGED_BYTES from `out`
 *   OUTPUT_FULL    the caller takes SCRATCH_MERGED_BYTES from `out`; if that is 0, `out` must have
 *                  SCRATCH_MERGE_NEEDED bytes
 *   INPUT_USED_UP  the input SCRATCH_MERGE_INPUT must have SCRATCH_MERGE_NEEDED bytes in its window;
 *                  the caller leaves `out` as it is
 *   STOPPED
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

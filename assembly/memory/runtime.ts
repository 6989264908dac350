import {
  FAULT_LINE, FENCED, JOB_RUNNING, JOB_STATE, SCRATCH_BEAT, SCRATCH_FREE, STOPPED,
} from "../layout";

/** The caller's scratch region: the only memory that an instance may call its own. */
export let scratch: usize = 0;

export function setScratch(region: usize): void {
  scratch = region;
}

/**
 * Replaces asc's abort, whose import would change the ABI of debug builds: leaves the source line
 * of the failed assertion in FAULT_LINE and traps.
 */
export function fault(_message: string | null, _file: string | null, line: u32, _column: u32): void {
  store<u32>(FAULT_LINE, line);
  unreachable();
}

/**
 * Whether the job may go on. A stale answer is harmless, since the kernel asks again soon. Also
 * shows the host that this thread makes progress.
 */
// @ts-ignore: decorator
@inline
export function isRunning(job: usize): bool {
  store<u32>(scratch, load<u32>(scratch, SCRATCH_BEAT) + 1, SCRATCH_BEAT);
  return atomic.load<u32>(job + JOB_STATE) == JOB_RUNNING;
}

// ---- long steps -------------------------------------------------------------------------------
// Some loops run over one key or one table, which can be of any size. Each such loop polls at least
// once per POLL_BYTES of what it reads or writes. So a thread soon leaves a job that was cancelled,
// and the host sees that the thread makes progress.
//
// 1. A loop that must end leaves its work as it is, within its bounds. The results of its callers
//    are wrong from then on, but nobody looks at them, since the call returns STOPPED.
// 2. A call that has halted stays halted until it returns, so that no caller relies on a length
//    that was measured in part.
//
// Every global of assembly/ belongs to one instance, since instances share memory, not globals.
// Only the file that declares a global assigns it; other files read it, or call a setter of that
// file.

/** A power of two. */
export const POLL_BYTES: usize = 0x10000;

let callJob: usize = 0;
let unpolled: usize = 0;
/** Whether the call in hand has found that its job was stopped; beginCall and goesOn set it. */
export let halted: bool = false;

/** Begins a call of the ABI for a job, or for none with 0. */
// @ts-ignore: decorator
@inline
export function beginCall(job: usize): void {
  callJob = job;
  halted = false;
}

/** The status that a call of the ABI returns. */
// @ts-ignore: decorator
@inline
export function endCall(status: i32): i32 {
  return halted && status != FENCED ? STOPPED : status;
}

/** A poll: whether a long step may go on. */
export function goesOn(): bool {
  if (callJob != 0 && !isRunning(callJob)) halted = true;
  return !halted;
}

/** The same for a loop over addresses: polls at one in POLL_BYTES. */
// @ts-ignore: decorator
@inline
export function goesOnAt(at: usize): bool {
  return (at & (POLL_BYTES - 1)) != 0 || goesOn();
}

/** The same for a loop that takes `bytes` at a time: polls once per POLL_BYTES of their sum. */
// @ts-ignore: decorator
@inline
export function goesOnAfter(bytes: usize): bool {
  unpolled += bytes;
  if (unpolled < POLL_BYTES) return true;
  unpolled = 0;
  return goesOn();
}

/** Copies bytes, and polls if there are many. */
export function copyBytes(to: usize, from: usize, bytes: usize): void {
  while (bytes > POLL_BYTES) {
    memory.copy(to, from, POLL_BYTES);
    to += POLL_BYTES;
    from += POLL_BYTES;
    bytes -= POLL_BYTES;
    if (!goesOn()) return;
  }
  memory.copy(to, from, bytes);
}

/** Zeroes bytes, and polls if there are many. */
export function zeroBytes(at: usize, bytes: usize): void {
  const end = at + bytes;
  for (; at < end && goesOn(); at += POLL_BYTES) memory.fill(at, 0, min(POLL_BYTES, end - at));
}

// ---- the scratch region, by user ------------------------------------------------------------
//  offset   bytes     user         what
//  0x00080     0x08   tests        SCRATCH_FLUSH_TOKENS and SCRATCH_QUEUE_BITS
//  0x00200    0x600   passes       hit bits of pass 1, one u64 per 64 words
//  0x01000   0x9000   scanners     the list of words of a sub-block
//  0x0a000   0x9000   passes       the list of misses; kept when a call ends with OUT_OF_PAGES
//  0x13000   0x3000   ngrams       text of assembled n-grams
//  0x13000   0x3000   values       the list of found words: no job has both
//  0x16000   0x3000   ngrams       their list
//  0x19000   0x1000   ngrams       the window of latest words
//  0x19000   0x1000   values       a state for values whose key is not found: likewise
//  0x20000  0x60000   reduce       whatever one partition or reduce call needs
//  0x20000   0x8000   merge        the record in hand and the heap
//  0x58000   0x1000   purge        SCRATCH_HISTOGRAM
//  0x5f000    0x100   nfc          a place for each combining class
//  0x60000   0x4000   merge        SCRATCH_INPUTS

/** u32: tokens after which counts are carried over, 0 for the default; tests store less. */
export const SCRATCH_FLUSH_TOKENS: usize = SCRATCH_FREE;
/** u32: the least short tier with queues, log 2 of its slots, 0 for the default; tests store less, but 12 at least. */
export const SCRATCH_QUEUE_BITS: usize = SCRATCH_FREE + 4;
export const SCRATCH_SPARE_STATE: usize = 0x19000;
export const SCRATCH_HITS: usize = 0x200;
export const SCRATCH_LIST: usize = 0x1000;
export const SCRATCH_MISSES: usize = 0xa000;
export const SCRATCH_MISSES_END: usize = 0x13000;
export const SCRATCH_NGRAM_TEXT: usize = 0x13000;
export const SCRATCH_FOUND: usize = 0x13000;
export const SCRATCH_NGRAM_LIST: usize = 0x16000;
export const SCRATCH_WINDOW: usize = 0x19000;
export const SCRATCH_WORK: usize = 0x20000;
export const SCRATCH_WORK_BYTES: usize = 0x60000;
export const SCRATCH_HISTOGRAM: usize = 0x58000;
export const SCRATCH_RANKS: usize = 0x5f000;

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
 * Whether the job may go on. A stale answer is harmless: the next look comes soon. Also tells the
 * host that this thread gets on.
 */
// @ts-ignore: decorator
@inline
export function isRunning(job: usize): bool {
  store<u32>(scratch, load<u32>(scratch, SCRATCH_BEAT) + 1, SCRATCH_BEAT);
  return atomic.load<u32>(job + JOB_STATE) == JOB_RUNNING;
}

// ---- long steps -------------------------------------------------------------------------------
// How long some loops run depends on one key, or on one table, and these can be of any size. Each
// such loop polls at least every POLL_BYTES of what it reads or writes, so that a job that is
// cancelled gets its thread back, and that the host sees the thread get on.
//
// 1. A loop that is told to end leaves its work as it is, within its bounds; the caller's results
//    are wrong from then on, and nobody looks at them, since the call returns STOPPED.
// 2. A call that has halted stays so until it returns: what was measured in part is not relied on.

/** A power of two. */
export const POLL_BYTES: usize = 0x10000;

let callJob: usize = 0;
let unpolled: usize = 0;
/** Whether the call in hand has found its job stopped. */
export let halted: bool = false;

/** Begins a call of the ABI, for a job or, 0, for none. */
// @ts-ignore: decorator
@inline
export function beginCall(job: usize): void {
  callJob = job;
  halted = false;
}

/** The status of such a call. */
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

/** The same for a loop that takes `bytes` at a time: polls when there have been enough. */
// @ts-ignore: decorator
@inline
export function goesOnAfter(bytes: usize): bool {
  unpolled += bytes;
  if (unpolled < POLL_BYTES) return true;
  unpolled = 0;
  return goesOn();
}

/** Copies what may be long. */
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

/** Zeroes what may be long. */
export function zeroBytes(at: usize, bytes: usize): void {
  const end = at + bytes;
  for (; at < end && goesOn(); at += POLL_BYTES) memory.fill(at, 0, min(POLL_BYTES, end - at));
}

// ---- the scratch region, by user ------------------------------------------------------------
//  offset   bytes     user         what
//  0x00080     0x04   tests        SCRATCH_FLUSH_TOKENS
//  0x00200    0x600   passes       hit bits of pass 1, one u64 per 64 words
//  0x01000   0x9000   scanners     the list of words of a sub-block
//  0x0a000   0x9000   passes       the list of misses; kept when a call ends with OUT_OF_PAGES
//  0x13000   0x3000   ngrams       text of assembled n-grams
//  0x16000   0x3000   ngrams       their list
//  0x19000   0x1000   ngrams       the window of latest words
//  0x20000  0x60000   reduce       whatever one partition or reduce call needs
//  0x20000   0x8000   merge        the record in hand and the heap
//  0x5f000    0x100   nfc          a place for each combining class
//  0x60000   0x4000   merge        SCRATCH_INPUTS

/** u32: tokens after which counts are carried over, 0 for the default; tests store less. */
export const SCRATCH_FLUSH_TOKENS: usize = SCRATCH_FREE;
export const SCRATCH_HITS: usize = 0x200;
export const SCRATCH_LIST: usize = 0x1000;
export const SCRATCH_MISSES: usize = 0xa000;
export const SCRATCH_NGRAM_TEXT: usize = 0x13000;
export const SCRATCH_NGRAM_LIST: usize = 0x16000;
export const SCRATCH_WINDOW: usize = 0x19000;
export const SCRATCH_WORK: usize = 0x20000;
export const SCRATCH_WORK_BYTES: usize = 0x60000;
export const SCRATCH_RANKS: usize = 0x5f000;

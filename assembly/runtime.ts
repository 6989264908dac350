import { FAULT_LINE, JOB_RUNNING, JOB_STATE, SCRATCH_BEAT, SCRATCH_FREE } from "./layout";

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

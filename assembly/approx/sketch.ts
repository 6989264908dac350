import { APPROX_NOTES_ALL, APPROX_PURGES, APPROX_REGISTER_BITS, APPROX_SKETCH } from "../approx_layout";
import { hashKey } from "../table/hash";
import { JOB_APPROX } from "../layout";

// How many keys a job has seen whose tables were purged: registers of a HyperLogLog, which all workers
// of the job share. A key is noted when it leaves a table, and in the end when the table is scattered.
// Noting a key twice changes nothing.

const RANK_BITS: u64 = 64 - APPROX_REGISTER_BITS;

let registers: usize = 0;

/**
 * Whether the keys of the job are noted when its tables are scattered: if some have left, or if the sketch
 * is asked for.
 */
export let notesKeys: bool = false;

/** Begins a call that scatters a table. */
export function beginSketch(job: usize): void {
  const page: usize = load<u32>(job, JOB_APPROX);
  notesKeys = page != 0 &&
    (load<u32>(page, APPROX_NOTES_ALL) != 0 || atomic.load<u32>(page + APPROX_PURGES) != 0);
  openSketch(page);
}

/** @param page The job's page of approx_layout.ts. */
export function openSketch(page: usize): void {
  registers = page + APPROX_SKETCH;
}

/** Notes a final key. May read, and ignores, 7 bytes beyond it. */
export function noteKey(key: usize, bytes: u32): void {
  const hash = mix(hashKey(key, bytes));
  const register = registers + <usize>(hash >>> RANK_BITS);
  const rest = hash << APPROX_REGISTER_BITS;
  const rank = <u8>(min<u64>(clz<u64>(rest), RANK_BITS) + 1);
  while (true) {
    const held: u8 = atomic.load<u8>(register);
    if (held >= rank || atomic.cmpxchg<u8>(register, held, rank) == held) return;
  }
}

/**
 * The finalizer of MurmurHash3 by Austin Appleby, in the public domain. hashKey ends with a
 * multiplication, whose low bits are not mixed enough to be counted.
 */
// @ts-ignore: decorator
@inline
function mix(hash: u64): u64 {
  hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >>> 33);
}

import { slotOf } from "./algorithms.ts";

/** A word that threads add to, and its lock. */
export interface SharedCounter {
  words: Int32Array<SharedArrayBuffer>;
  /** Index of the sum. */
  value: number;
  /** Index of the lock's word: FREE, HELD, or WAITED where others may sleep. */
  lock: number;
}

/** A counter, and a table under the same lock. */
export interface SharedTable extends SharedCounter {
  /** Index of the first word of the table. */
  table: number;
}

const FREE = 0;
const HELD = 1;
const WAITED = 2;

/** Takes a lock, and sleeps while another thread has it. */
export function acquire(words: Int32Array<SharedArrayBuffer>, lock: number): void {
  if (Atomics.compareExchange(words, lock, FREE, HELD) === FREE) return;
  // One that has slept takes the lock as WAITED, since others may sleep still.
  while (Atomics.exchange(words, lock, WAITED) !== FREE) Atomics.wait(words, lock, WAITED);
}

/** Lets go of a lock, and wakes one that waits for it. */
export function release(words: Int32Array<SharedArrayBuffer>, lock: number): void {
  if (Atomics.exchange(words, lock, FREE) === WAITED) Atomics.notify(words, lock, 1);
}

/** Adds with plain loads and stores, which the lock keeps apart. */
export function addUnderLock({ words, value, lock }: SharedCounter, addend: number): void {
  acquire(words, lock);
  words[value] += addend;
  release(words, lock);
}

/** Adds by compare-exchange, again and again until no other thread came between. */
export function addByExchange(
  words: Int32Array<SharedArrayBuffer>,
  value: number,
  addend: number,
): void {
  for (;;) {
    const seen = Atomics.load(words, value);
    if (Atomics.compareExchange(words, value, seen, (seen + addend) | 0) === seen) return;
  }
}

/** Counts the integers of a range by slot in the table of all threads, each under the lock. */
export function addIntoTable(
  { words, lock, table }: SharedTable,
  first: number,
  last: number,
): void {
  for (let i = first; i <= last; i++) {
    acquire(words, lock);
    words[table + slotOf(i)]++;
    release(words, lock);
  }
}

/** No thread has the lock. */
const FREE = 0;
/** Beside an owner: other threads may sleep until it lets go. */
const WAITED = 1;

const WORD = 0;

/** An owner is a place; FREE is no owner. */
const ownedBy = (place: number): number => (place + 1) << 1;

/**
 * One lock for all threads of an engine, for comparison alone: with it, one thread works at a time.
 *
 *   FREE ─ thread ─► OWNED ─ thread that waits ─► OWNED | WAITED
 *    ▲                 │                            │
 *    ├── owner, host ──┘                            │
 *    └── owner, host, who then wakes one ───────────┘
 *
 * Roles: a thread takes the lock for its place and lets go of it; the host lets go in the place of a
 * thread that has ended or was given up.
 *
 * 1. The word moves by compare-exchange only, and names its one owner. So a thread that was given up
 *    lets go of nothing when it comes back: the lock is not its own any more.
 * 2. A thread sleeps only on a word that has WAITED, and who lets go of such a word wakes a thread.
 *    One that has slept takes the lock with WAITED, since others may sleep still.
 * 3. A wake-up may reach a thread that leaves or dies instead of taking the lock. The one that leaves
 *    passes it on; for one that dies the host wakes all.
 */
export class SerialLock {
  readonly #words: Int32Array<SharedArrayBuffer>;

  /** The memory of a lock that is free. */
  static createMemory(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  }

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  /** The place that has the lock, or -1; a snapshot. */
  get owner(): number {
    return (Atomics.load(this.#words, WORD) >> 1) - 1;
  }

  /**
   * Thread: takes the lock, or waits for it.
   *
   * @param sliceMs It asks `goesOn` at least this often while it waits.
   * @param goesOn Whether it waits on.
   * @returns false when it does not wait any more: then it has not got the lock.
   */
  acquire(place: number, sliceMs: number, goesOn: () => boolean): boolean {
    const words = this.#words;
    const mine = ownedBy(place);
    // Pairs with the exchange in release(): what the owner before has written is visible.
    if (Atomics.compareExchange(words, WORD, FREE, mine) === FREE) return true;
    while (goesOn()) {
      const seen = Atomics.load(words, WORD);
      if (seen === FREE) {
        if (Atomics.compareExchange(words, WORD, FREE, mine | WAITED) === FREE) return true;
        continue;
      }
      const waited = seen | WAITED;
      // PUBLISHES that a thread sleeps, before it does; if the owner lets go first, this fails.
      if (seen !== waited && Atomics.compareExchange(words, WORD, seen, waited) !== seen) continue;
      Atomics.wait(words, WORD, waited, sliceMs);
    }
    Atomics.notify(words, WORD, 1); // the wake-up that has ended this wait was another thread's
    return false;
  }

  /** The owner, or the host for it: lets go; does nothing if the lock is not the place's. */
  release(place: number): void {
    const words = this.#words;
    for (;;) {
      const seen = Atomics.load(words, WORD);
      if ((seen & ~WAITED) !== ownedBy(place)) return;
      // PUBLISHES what the owner has written, to the next exchange in acquire().
      if (Atomics.compareExchange(words, WORD, seen, FREE) !== seen) continue;
      if ((seen & WAITED) !== 0) Atomics.notify(words, WORD, 1);
      return;
    }
  }

  /** Host: the thread of a place has ended or was given up, maybe with the lock or a wake-up. */
  abandon(place: number): void {
    this.release(place);
    Atomics.notify(this.#words, WORD);
  }
}

/** A seeded generator (mulberry32): the same numbers as `tests/support/random.ts`. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed | 0;
  }

  /** An integer from 0 up to, and without, `limit` (at most 2^32). */
  below(limit) {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return Math.floor(((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32 * limit);
  }

  /** An integer of [least, most]. */
  between(least, most) {
    return least + this.below(most - least + 1);
  }
}

/** A small seeded generator (mulberry32): tests print the seed and replay a failure with it. */
export class Random {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed | 0;
  }

  /** An integer from 0 up to, and without, `limit` (at most 2^32). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return Math.floor(((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32 * limit);
  }

  /** An integer of [least, most]. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True once in `odds` calls. */
  oneIn(odds: number): boolean {
    return this.below(odds) === 0;
  }

  pick<T>(choices: ArrayLike<T>): T {
    return choices[this.below(choices.length)];
  }

  /** A list in any order. */
  shuffle<T>(list: readonly T[]): T[] {
    const all = [...list];
    for (let i = all.length; --i > 0;) {
      const j = this.below(i + 1);
      [all[i], all[j]] = [all[j], all[i]];
    }
    return all;
  }
}

/** A seed for a run that is not replayed: `MILLRACE_SEED` when it is set. */
export function freshSeed(): number {
  const fixed = Deno.env.get("MILLRACE_SEED");
  return fixed ? Number(fixed) : crypto.getRandomValues(new Uint32Array(1))[0];
}

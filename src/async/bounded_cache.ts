/** What a cache may hold. */
export interface CacheBounds {
  mostEntries: number;
  /** A value whose key is longer is made anew each time. */
  mostChars: number;
}

/**
 * Values that cost more to make than to look up, by texts that clients send and repeat.
 *
 * A full cache is cleared and fills again. That needs no order of use, and a client that sends ever
 * new texts costs the others no more than the values cost without a cache.
 */
export class BoundedCache<T> {
  readonly #bounds: CacheBounds;
  readonly #values = new Map<string, T>();

  constructor(bounds: CacheBounds) {
    this.#bounds = bounds;
  }

  /** How many values it holds. */
  get size(): number {
    return this.#values.size;
  }

  /**
   * The value of a key, made if it is not held.
   *
   * @param make Is called with the key. What it throws is thrown, and nothing is held then.
   */
  getOrMake(key: string, make: (key: string) => T): T {
    const held = this.#values.get(key);
    if (held !== undefined || this.#values.has(key)) return held!;
    const value = make(key);
    if (key.length > this.#bounds.mostChars) return value;
    if (this.#values.size >= this.#bounds.mostEntries) this.#values.clear();
    this.#values.set(key, value);
    return value;
  }
}

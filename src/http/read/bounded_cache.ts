/**
 * Remembers what was made of short texts, since clients repeat a few headers and queries. It holds
 * a bounded number of entries and forgets all of them when it is full: that costs nothing per use,
 * and clients that vary their texts cannot make it grow.
 */
export class BoundedCache<T> {
  readonly #entries = new Map<string, T>();
  readonly #mostEntries: number;
  readonly #mostChars: number;

  constructor({ mostEntries, mostChars }: { mostEntries: number; mostChars: number }) {
    this.#mostEntries = mostEntries;
    this.#mostChars = mostChars;
  }

  get(text: string): T | undefined {
    return this.#entries.get(text);
  }

  /** Remembers a value, unless its text is a long one. */
  set(text: string, value: T): void {
    if (text.length > this.#mostChars) return;
    if (this.#entries.size >= this.#mostEntries) this.#entries.clear();
    this.#entries.set(text, value);
  }
}

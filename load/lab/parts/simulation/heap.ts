/** A list whose least item is taken first; equal ones in the order in which they came. */
export class Heap<T> {
  readonly #rankOf: (item: T) => number;
  readonly #items: { item: T; rank: number; order: number }[] = [];
  #pushed = 0;

  /** @param rankOf The least is taken first. */
  constructor(rankOf: (item: T) => number) {
    this.#rankOf = rankOf;
  }

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    let at = this.#items.length;
    this.#items.push({ item, rank: this.#rankOf(item), order: this.#pushed++ });
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes the first item; undefined if there is none. */
  take(): T | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (first === undefined || this.#items.length === 0) return first?.item;
    this.#items[0] = last!;
    for (let at = 0;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#items.length && this.#isBefore(child, least)) least = child;
      }
      if (least === at) return first.item;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#items[a], this.#items[b]];
    return one.rank === other.rank ? one.order < other.order : one.rank < other.rank;
  }

  #swap(a: number, b: number): void {
    [this.#items[a], this.#items[b]] = [this.#items[b], this.#items[a]];
  }
}

/** Below this many, gaps are not worth closing. */
const LEAST_GAPS = 64;

/**
 * Ids that sort by the time of their making, in that order.
 *
 * An id that is deleted leaves a gap until half of all are gaps, so both adding and deleting cost
 * a constant on average.
 */
export class CreationOrder {
  #ids: string[] = [];
  readonly #alive = new Set<string>();

  get size(): number {
    return this.#alive.size;
  }

  /** Adds an id that is among the newest. */
  add(id: string): void {
    let at = this.#ids.length;
    while (at > 0 && this.#ids[at - 1] > id) at--;
    this.#ids.splice(at, 0, id);
    this.#alive.add(id);
  }

  delete(id: string): void {
    this.#alive.delete(id);
    if (this.#ids.length < 2 * this.#alive.size + LEAST_GAPS) return;
    this.#ids = this.#ids.filter((each) => this.#alive.has(each));
  }

  /** @param before Only ids that sort before this one. */
  *newestFirst(before?: string): Generator<string> {
    const ids = this.#ids; // which is replaced, not changed, when gaps are closed
    for (let at = this.#end(before) - 1; at >= 0; at--) {
      if (this.#alive.has(ids[at])) yield ids[at];
    }
  }

  #end(before: string | undefined): number {
    if (before === undefined) return this.#ids.length;
    let [low, high] = [0, this.#ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ids[middle] < before) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * How many line feeds stand before a chunk in its text. Chunks come back in any order; what is kept is
 * the sum of those before the first that is still out, and each of the others'.
 */
export class LineCounts {
  /** Number of the first chunk whose line feeds are not known. */
  #next = 0;
  /** Line feeds before it in its text, unless it opens one. */
  #before = 0;
  readonly #ahead = new Map<number, number>();
  /** Line feeds that were cut off in front of chunks which open a text. */
  readonly #opening = new Map<number, number>();

  /** A text begins with a chunk, behind so many line feeds of it. */
  open(part: number, lineFeeds = 0): void {
    this.#opening.set(part, lineFeeds);
  }

  /** A chunk was counted, which has so many line feeds. */
  add(part: number, lineFeeds: number): void {
    this.#ahead.set(part, lineFeeds);
    for (let found; (found = this.#ahead.get(this.#next)) !== undefined;) {
      this.#before = this.before(this.#next)! + found;
      this.#ahead.delete(this.#next);
      this.#opening.delete(this.#next);
      this.#next++;
    }
  }

  /** Line feeds before a chunk in its text; undefined while an earlier chunk is out, or if it was counted. */
  before(part: number): number | undefined {
    if (part !== this.#next) return undefined;
    return this.#opening.get(part) ?? this.#before;
  }
}

/** Lengths from this one on are told together. */
export const LONGEST = 40;

/** Points of a decade of ranks: more could not be told apart. */
const POINTS_A_DECADE = 40;

/**
 * How counts fall with ranks, and how long keys are: of a result that is read once, the largest
 * counts first, and not kept.
 */
export class Spectrum {
  keys = 0;
  /** Ranks that are drawn, and their counts. */
  ranks = /** @type {number[]} */ ([]);
  counts = /** @type {number[]} */ ([]);
  /** Keys by their length in characters, and how often these were counted. */
  keysOf = /** @type {number[]} */ (new Array(LONGEST + 1).fill(0));
  countsOf = /** @type {number[]} */ (new Array(LONGEST + 1).fill(0));
  #step = -1;
  #sums = { x: 0, y: 0, xx: 0, xy: 0 };

  /** @param {string} key @param {number} count At most that of the key before. */
  add(key, count) {
    const rank = ++this.keys;
    const length = Math.min([...key].length, LONGEST);
    this.keysOf[length]++;
    this.countsOf[length] += count;
    const [x, y] = [Math.log10(rank), Math.log10(count)];
    this.#sums.x += x;
    this.#sums.y += y;
    this.#sums.xx += x * x;
    this.#sums.xy += x * y;
    const step = Math.floor(x * POINTS_A_DECADE);
    if (step === this.#step) return;
    this.#step = step;
    this.ranks.push(rank);
    this.counts.push(count);
  }

  /**
   * The line `log10(count) = slope × log10(rank) + height` with the least squares over all keys.
   * Zipf's law is a slope of -1. None of fewer than two keys.
   *
   * @returns {{ slope: number, height: number } | undefined}
   */
  get fit() {
    if (this.keys < 2) return undefined;
    const { x, y, xx, xy } = this.#sums;
    const slope = (this.keys * xy - x * y) / (this.keys * xx - x * x);
    return { slope, height: (y - slope * x) / this.keys };
  }
}

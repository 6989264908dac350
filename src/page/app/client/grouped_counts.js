import { partsOf } from "./row_numbers.js";

/**
 * What was counted of a key in each group.
 *
 * @typedef {{ parts: readonly string[], sum: number, counts: Map<string, number> }} Series
 */

/** The counts of a result whose keys begin with a group, each row added once. */
export class GroupedCounts {
  rows = 0;
  /** The least count of a row. */
  least = Infinity;
  groups = /** @type {Set<string>} */ (new Set());
  #series = /** @type {Map<string, Series>} */ (new Map());

  /** @param {import("./row_numbers.js").Row & { count: number }} row */
  add(row) {
    const [group, ...parts] = partsOf(row);
    const name = JSON.stringify(parts);
    const series = this.#series.get(name) ?? { parts, sum: 0, counts: new Map() };
    this.#series.set(name, series);
    series.sum += row.count;
    series.counts.set(group, row.count);
    this.groups.add(group);
    this.rows++;
    this.least = Math.min(this.least, row.count);
  }

  /**
   * The keys that are most frequent in all groups together, these first.
   *
   * @param {number} most
   * @param {string} prefix What they begin with.
   */
  largest(most, prefix) {
    return [...this.#series.values()]
      .filter(({ parts }) => parts.join(" ").startsWith(prefix))
      .sort((a, b) => b.sum - a.sum)
      .slice(0, most);
  }
}

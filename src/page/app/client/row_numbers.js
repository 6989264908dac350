/**
 * A key of several parts is a list of them.
 *
 * @typedef {import("../../../contract/documents.ts").ResultRow<string | string[]>} Row
 */

/** What of a row is no number that was counted, but made of one. */
const MADE = ["rank", "share", "perMillion"];

/** How numbers of rows are headed. */
const HEADS = /** @type {Record<string, string>} */ ({
  count: "Count",
  value: "Value",
  sum: "Sum",
  min: "Least",
  max: "Greatest",
  avg: "Average",
  distinct: "Differ",
  approxDistinct: "Differ, about",
});

/** @param {Row} row The number that rows are ordered by: it stands behind the key. */
export function amountOf(row) {
  return numbersOf(row)[0]?.number ?? 0;
}

/** @param {Row} row Its numbers, in order: a count, a value, or all that is told of its values. */
export function numbersOf({ key: _, ...members }) {
  return Object.entries(members)
    .filter(([name]) => !MADE.includes(name))
    .map(([name, number]) => ({ head: HEADS[name] ?? name, number }));
}

/** @param {Row} row @returns {string[]} */
export function partsOf({ key }) {
  return [key].flat();
}

/** An expression whose values are buckets of time: how many, and of what. */
const BUCKETS = /^time\((\d+)(s|m|h|d|w|mo|q|y),/;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MS = { s: 1000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };
const MONTHS = { mo: 1, q: 3, y: 12 };

/** Of groups without a time: chapter 2 stands before chapter 10. */
const { compare } = new Intl.Collator("en", { numeric: true });

/**
 * Groups in their order, a place for each.
 *
 * @typedef {object} GroupPlaces
 * @property {(string | undefined)[]} names What stands at a place; none where no group is.
 * @property {number} shared How many neighbours have a place together.
 * @property {(group: string) => number} placeOf
 */

/** Whether an expression's values are buckets of time. @param {string} expression */
export function isTime(expression) {
  return BUCKETS.test(expression);
}

/**
 * Places groups side by side. A bucket of time has its place by the clock, so that one in which
 * nothing was counted leaves a gap; others stand in the order of their names. Where there are more
 * places than asked for, neighbours share one, which has the name of the first.
 *
 * @param {Iterable<string>} groups One at least.
 * @param {string} expression What groups are values of.
 * @param {number} most Places.
 * @returns {GroupPlaces}
 */
export function placeGroups(groups, expression, most) {
  const clock = clockOf(expression);
  const sorted = [...groups].sort((a, b) => clock ? clock(a) - clock(b) : compare(a, b));
  const first = clock?.(sorted[0]) ?? 0;
  const at = new Map(sorted.map((group, i) => [group, clock ? clock(group) - first : i]));
  const shared = Math.ceil((Math.max(...at.values()) + 1) / most);
  const placeOf = (/** @type {string} */ group) =>
    Math.floor(/** @type {number} */ (at.get(group)) / shared);
  /** @type {(string | undefined)[]} */
  const names = Array.from({ length: placeOf(/** @type {string} */ (sorted.at(-1))) + 1 });
  for (const group of sorted) names[placeOf(group)] ??= group;
  return { names, shared, placeOf };
}

/**
 * Numbers buckets of time, as ISO 8601 writes their beginnings. Those of up to an hour are told
 * apart by their offsets from UTC, longer ones are whole on the clock of their zone.
 *
 * @param {string} expression
 * @returns {((group: string) => number) | undefined}
 */
function clockOf(expression) {
  const [, count, unit] = BUCKETS.exec(expression) ?? [];
  if (unit === undefined) return undefined;
  const months = Number(count) * MONTHS[/** @type {keyof typeof MONTHS} */ (unit)];
  if (months) {
    return (group) => Math.floor((12 * Number(group.slice(0, 4)) + month(group) - 1) / months);
  }
  const ms = Number(count) * MS[/** @type {keyof typeof MS} */ (unit)];
  return (group) => Math.floor(Date.parse(ms > HOUR_MS ? `${group.slice(0, 19)}Z` : group) / ms);
}

/** @param {string} group */
function month(group) {
  return Number(group.slice(5, 7));
}

/** @param {string} time A bucket's beginning: `2026-11-27 10:00`, without zeros and offset. */
export function shortenTime(time) {
  return time.slice(0, 19).replace("T", " ").replace(/:00$/, "").replace(/ 00:00$/, "");
}

/** What can be told of the numbers of one key. */
export const AGGREGATES = ["sum", "min", "max", "avg", "count"] as const;

export type Aggregate = typeof AGGREGATES[number];

/** What is told of the numbers of each key. */
export interface Stats {
  /** At least one; rows are ordered by the first. */
  aggs: readonly Aggregate[];
  /** Fraction digits that numbers are rounded to, 0 to 18: half up, towards positive infinity. */
  round?: number;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The least value that `share` of all do not exceed (nearest rank). */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** The median of the ratios of values that were found side by side. */
export function pairedRatio(values: readonly number[], others: readonly number[]): number {
  return median(values.map((value, i) => value / others[i]));
}

/** The mean; NaN of no values. */
export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/** How far values are from their mean, by the root of the mean square. */
export function standardDeviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** Slope of the line through the points with the least squares. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  let above = 0;
  let below = 0;
  for (const [x, y] of points) {
    above += (x - meanX) * (y - meanY);
    below += (x - meanX) ** 2;
  }
  return above / below;
}

/**
 * Two-sided sign test: how likely a fair coin falls at least as far from the middle.
 *
 * @param heads Of `throws` throws.
 */
export function signTest(heads: number, throws: number): number {
  const rarer = Math.min(heads, throws - heads);
  let ways = 0;
  let choose = 1;
  for (let i = 0; i <= rarer; i++) {
    ways += choose;
    choose = choose * (throws - i) / (i + 1);
  }
  return Math.min(1, 2 * ways / 2 ** throws);
}

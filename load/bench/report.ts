/** What the benchmarks do with the times that they measured. */

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

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/** Prints rows below a header, the first column to the left and the others to the right. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  for (const [name, ...cells] of all) {
    const right = cells.map((cell, i) => cell.padStart(widths[i + 1] + 2));
    console.log(name.padEnd(widths[0]) + right.join(""));
  }
}

/** Prints a figure that something is asked of, and whether it is met. */
export function printRequired(what: string, ratio: string, met: boolean): void {
  console.log(`${met ? "ok  " : "MISS"}  ${what}: ${ratio}`);
}

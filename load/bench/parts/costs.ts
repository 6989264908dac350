import { readCpuSeconds } from "../../support/process_cost.ts";
import type { Report } from "../../support/report.ts";
import { median } from "../../support/statistics.ts";

/** What one count has cost. */
export interface Cost {
  ms: number;
  /** Of the process that counts, in milliseconds; NaN where nothing tells. */
  cpuMs: number;
}

/** What each round has cost, by the name of the way. */
export type Costs = ReadonlyMap<string, readonly Cost[]>;

/** Times a count, which the process `pid` does. */
export async function measureCost<T>(
  pid: number,
  run: () => Promise<T>,
): Promise<{ cost: Cost; value: T }> {
  const cpuBefore = await readCpuSeconds(pid);
  const start = performance.now();
  const value = await run();
  const ms = performance.now() - start;
  return { cost: { ms, cpuMs: (await readCpuSeconds(pid) - cpuBefore) * 1000 }, value };
}

/** The median, in milliseconds. */
export function medianMs(costs: Costs, way: string): number {
  return median(costs.get(way)!.map(({ ms }) => ms));
}

/** Prints all ways beside ours. */
export function tellCosts(costs: Costs, ours: string, bytes: number, report: Report): void {
  const rows = [...costs].map(([way, each]) => {
    const times = each.map(({ ms }) => ms);
    const [ms, cpuMs] = [medianMs(costs, way), median(each.map(({ cpuMs }) => cpuMs))];
    return [
      way,
      ...[ms, Math.min(...times), Math.max(...times)].map((time) => time.toFixed(0)),
      (bytes / 1000 / ms).toFixed(0),
      `${(ms / medianMs(costs, ours)).toFixed(2)} ×`,
      Number.isNaN(cpuMs) ? "–" : cpuMs.toFixed(0),
    ];
  });
  report.table(["", "ms", "min", "max", "MB/s", "as fast as", "CPU ms"], rows);
  report.figure(ours, "MB/s", bytes / 1000 / medianMs(costs, ours), "higher");
}

/** Tells whether ours is as fast as is asked. @param least Ratios, by the name of the other way. */
export function requireRatios(
  costs: Costs,
  ours: string,
  least: Readonly<Record<string, number>>,
  report: Report,
): void {
  for (const [way, asked] of Object.entries(least)) {
    const ratio = medianMs(costs, way) / medianMs(costs, ours);
    const found = `${ratio.toFixed(2)} × (required: ${asked} ×)`;
    report.require(`${ours}, as fast as ${way}`, found, ratio >= asked);
  }
}

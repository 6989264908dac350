import { joinKeyParts } from "../../src/contract/compound_keys.ts";
import type { StatsValues } from "../../src/contract/documents.ts";
import type { Stats } from "../../src/contract/stats.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { KernelHarness } from "./kernel_harness.ts";
import type { NumberRecord } from "./numbers.ts";
import { resultOf } from "./results.ts";
import { run } from "./value_runs.ts";

/** A result of numbers as the kernel makes it, ordered by the first aggregate or by key. */
export async function resultOfNumbers(
  records: readonly NumberRecord[],
  stats: Stats,
  order: "value" | "key" = "value",
): Promise<JobResult & { values: StatsValues }> {
  const harness = await KernelHarness.create("words");
  const segment = run(harness, [records], { order, stats });
  const { totals: { counted: _, ...totals }, ...rest } = resultOf([]);
  const values = { op: "stats", ...stats } as const;
  return { ...rest, totals: { ...totals, keys: segment.keys }, values, segment };
}

/** A key of several parts, of one byte per character as tests of numbers have them. */
export function compoundKey(...parts: string[]): string {
  const bytes = joinKeyParts(parts.map((part) => new TextEncoder().encode(part)));
  return String.fromCharCode(...bytes);
}

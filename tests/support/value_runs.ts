import type { Segment } from "../../src/reduce/segment.ts";
import type { JobOptions, KernelHarness } from "./kernel_harness.ts";
import type { Random } from "./random.ts";
import { type AnyRecord, encodeValues } from "./values.ts";

/** Records of each chunk. */
export type Chunks = readonly (readonly AnyRecord[])[];

/** Options that every such job has. */
export const JOB = { tokenizer: "values", case: "preserve", order: "key" } as const;

/** Cuts records into chunks of any lengths. */
export function cut<T extends AnyRecord>(random: Random, records: readonly T[]): T[][] {
  const chunks: T[][] = [];
  for (let from = 0; from < records.length;) {
    const size = 1 + random.below(random.oneIn(4) ? 5 : 3000);
    chunks.push(records.slice(from, from += size));
  }
  return chunks;
}

/** Cuts records at these places. */
export function divide<T extends AnyRecord>(records: readonly T[], ...at: number[]): T[][] {
  return [0, ...at].map((from, i) => records.slice(from, at[i]));
}

/** Runs a job over the chunks, on as many workers, and gives its segment. */
export function run(harness: KernelHarness, chunks: Chunks, options: JobOptions): Segment {
  harness.open({ ...JOB, ...options });
  map(harness, chunks, options.workers);
  return harness.reduce();
}

/** Deals chunks to workers in turn. */
export function map(harness: KernelHarness, chunks: Chunks, workers = 1): void {
  chunks.forEach((chunk, i) => harness.map(encodeValues(chunk), i % workers, i % 65));
}

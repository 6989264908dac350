import type { Segment } from "../../src/reduce/segment.ts";
import type { JobOptions, KernelHarness } from "./kernel_harness.ts";
import type { Random } from "./random.ts";
import { encodeValues, type ValueRecord } from "./values.ts";

/** Options that every such job has. */
export const JOB = { tokenizer: "values", case: "preserve", order: "key" } as const;

/** Cuts records into chunks of any lengths. */
export function cut(random: Random, records: readonly ValueRecord[]): ValueRecord[][] {
  const chunks: ValueRecord[][] = [];
  for (let from = 0; from < records.length;) {
    const size = 1 + random.below(random.below(4) === 0 ? 5 : 3000);
    chunks.push(records.slice(from, from += size));
  }
  return chunks;
}

/** Runs a job over the chunks, on as many workers, and gives its segment. */
export function run(harness: KernelHarness, chunks: ValueRecord[][], options: JobOptions): Segment {
  harness.open({ ...JOB, ...options });
  const { workers = 1 } = options;
  chunks.forEach((chunk, i) => harness.map(encodeValues(chunk), i % workers, i % 65));
  return harness.reduce();
}

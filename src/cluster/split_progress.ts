import type { JobCounters, KeyCount } from "../contract/documents.ts";
import type { JobHandle } from "../engine/job_contract.ts";

/** How far a node is with a split, as it tells all others. */
export interface SplitProgress extends JobCounters {
  /** The largest counts so far, about: keys and counts. */
  top: [key: string, count: number][];
}

/** Keys that a node tells of a split, and how many bytes of JSON they take at most together. */
const MOST_KEYS = 100;
const MOST_BYTES = 3500;

const encoder = new TextEncoder();

/** Looks how far the job is that counts a split: a look of about a millisecond. */
export function lookAtSplit(job: Pick<JobHandle, "counters" | "peek">): SplitProgress {
  const { bytes, chunks, tokens } = job.counters;
  return { bytes, chunks, tokens, top: cutTop(job.peek(MOST_KEYS)) };
}

/** As many of the first keys as may be told; long ones are left out. */
function cutTop(counts: readonly KeyCount[]): SplitProgress["top"] {
  let left = MOST_BYTES;
  return counts.map(({ key, count }): [string, number] => [key, count]).filter((pair) => {
    const bytes = encoder.encode(JSON.stringify(pair)).length + 1;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
}

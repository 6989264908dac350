import type { JobCounters, StageMarks } from "../job_contract.ts";

/** The marks of a job that is submitted now. */
export function createMarks(): StageMarks {
  return { submitted: performance.now(), firstByte: 0, lastByte: 0, mapped: 0, reduced: 0 };
}

export const NOTHING_COUNTED: Readonly<JobCounters> = Object.freeze({
  bytes: 0,
  chunks: 0,
  tokens: 0,
});

import type { Text } from "../../input/text.ts";
import type { JobRun } from "./job_run.ts";
import type { JobResult, StageMarks, SubmitOptions } from "../job_contract.ts";

/** What a result tells beside the run that is whole. */
interface RunsSoFar {
  job: {
    readonly text: Text;
    readonly marks: StageMarks;
    readonly readMs: number;
    readonly limits: SubmitOptions;
  };
  runs: number;
  attempts: number;
}

/**
 * Takes the answer of a run that is whole; the answer owns the segment from here on.
 *
 * @throws {JobError} `internal` if not every byte was counted once.
 */
export function takeResult(run: JobRun, { job, runs, attempts }: RunsSoFar): JobResult {
  const { block, map, reduction } = run;
  const accounting = { ...map.chunks.account(), runs };
  const { counters, replacements } = map.chunks;
  const { text, limits, marks: { submitted, firstByte, mapped } } = job;
  const segment = reduction.takeSegment(limits.readOnce);
  const now = performance.now();
  return {
    totals: {
      bytes: text.bytes,
      tokens: counters.tokens,
      keys: block.distinct,
      counted: block.counted,
      replacements: replacements + text.replacements,
    },
    input: { charset: text.charset, bomSkipped: text.bomSkipped },
    chunks: counters.chunks,
    attempts,
    accounting,
    workers: reduction.workers,
    ms: {
      read: job.readMs,
      map: mapped - firstByte,
      reduce: now - mapped,
      total: now - submitted,
    },
    ...(block.spills && { spilled: block.spilled }),
    segment,
  };
}

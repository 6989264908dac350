import type { Text } from "../../input/text.ts";
import type { KernelUse, RecordReport, ResultShape } from "../../contract/documents.ts";
import type { ChunkLedger } from "./chunk_ledger.ts";
import { approxReport, seenKeys } from "./approx_report.ts";
import type { KernelLimits } from "./kernel_errors.ts";
import type { JobRun } from "./job_run.ts";
import type { JobResult, StageMarks, SubmitOptions } from "../job_contract.ts";
import type { RecordInput } from "../record_input.ts";

/** What a result tells beside the run that is whole. */
interface RunsSoFar {
  job: {
    readonly text: Text;
    readonly marks: StageMarks;
    readonly readMs: number;
    readonly shape: ResultShape;
    readonly limits: Pick<SubmitOptions, "firstStage" | "part">;
  };
  /** What a job of records says in place of what was counted. */
  records?: RecordInput;
  runs: number;
  attempts: number;
  /** As in SubmitOptions. */
  readOnce?: boolean;
  kernelLimits: KernelLimits;
}

/**
 * Takes the answer of a run that is whole; the answer owns the segment from here on.
 *
 * @throws {JobError} `internal` if not every byte was counted once.
 */
export function takeResult(
  run: JobRun,
  { job, records, runs, attempts, readOnce, kernelLimits }: RunsSoFar,
): JobResult {
  const { block, map, reduction } = run;
  const accounting = { ...map.chunks.account(), runs };
  const { counters, replacements } = map.chunks;
  const { text, shape: { values, keyParts = 1 }, marks: { submitted, firstByte, mapped } } = job;
  const segment = reduction.takeSegment(readOnce);
  const left = block.leftKeys;
  const now = performance.now();
  return {
    totals: {
      bytes: text.bytes,
      tokens: counters.tokens,
      keys: seenKeys(block.distinct, left),
      ...(!values && { counted: block.counted }),
      replacements: replacements + text.replacements,
      ...records?.totals(),
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
    ...(reduction.hasSpilled && { spilled: block.spilled }),
    ...(left && { approx: approxReport(left) }),
    ...(left && job.limits.firstStage && { sketch: left.registers }),
    ...(values && { values }),
    ...(keyParts > 1 && { keyParts }),
    ...(map.chunks.mostUse && { kernelUse: kernelUseOf(map.chunks.mostUse, kernelLimits) }),
    ...(map.chunks.tallies && { records: inInput(map.chunks.tallies, job) }),
    ...(records?.report && { records: records.report }),
    ...(map.edges && { edges: map.edges }),
    segment,
  };
}

/** What is told of records, whose places count the mark in front of the text as those of errors do. */
function inInput(
  tallies: RecordReport,
  { text, limits: { part } }: RunsSoFar["job"],
): RecordReport {
  const markBytes = part?.markBytes ?? text.skippedBytes;
  return { ...tallies, skippedAt: tallies.skippedAt.map((at) => at + markBytes) };
}

function kernelUseOf(
  { ms, memoryBytes, outputBytes, outputLimit }: NonNullable<ChunkLedger["mostUse"]>,
  limits: KernelLimits,
): KernelUse {
  return {
    ms: { used: ms, limit: limits.timeoutMs },
    memory: { used: memoryBytes, limit: limits.memoryBytes },
    output: { used: outputBytes, limit: outputLimit },
  };
}

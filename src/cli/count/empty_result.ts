import type { RecordReport, ResultValues } from "../../contract/documents.ts";
import type { CountOptions } from "../../contract/options.ts";
import { describeQuestion, readQuestion } from "../../contract/record_question.ts";
import { resultShape } from "../../contract/result_values.ts";
import type { JobResult } from "../../engine/job_contract.ts";
import { Segment } from "../../reduce/segment.ts";

const NO_RECORDS: RecordReport = {
  records: 0,
  missing: 0,
  notNumbers: 0,
  skipped: 0,
  skippedAt: [],
};

/**
 * The result of no text at all, which engines and servers refuse to count, and a shell does not. Its
 * rows are named as those of a text are.
 *
 * @param values What a kernel's results hold in place of counts; undefined for counts.
 */
export function emptyResult(options: CountOptions, values?: ResultValues): JobResult {
  const question = readQuestion(options);
  return {
    segment: Segment.empty(),
    values,
    totals: { bytes: 0, tokens: 0, keys: 0, counted: 0, replacements: 0 },
    input: { charset: "utf-8", bomSkipped: false },
    chunks: 0,
    attempts: 0,
    accounting: { bytesIn: 0, bytesCounted: 0, runs: 1 },
    workers: 0,
    ms: { read: 0, map: 0, reduce: 0, total: 0 },
    ...(options.mode === "approx" && { approx: { bound: 0, keysError: 0 } }),
    ...(question && {
      ...resultShape(describeQuestion(question, options)),
      records: NO_RECORDS,
    }),
  };
}

import { INVALID_UTF8 } from "../../../assembly/layout.ts";
import type { CountOptions } from "../../contract/options.ts";
import type { RunnableKernel } from "../../contract/kernel_manifest.ts";
import { settleOptions } from "../../contract/settle_options.ts";
import type { Text } from "../../input/text.ts";
import type { EngineContext } from "../engine_context.ts";
import { hasBorders } from "../job/divide_result.ts";
import { explainInvalid } from "../job/invalid_text.ts";
import type { Flow } from "../scheduler.ts";
import type { JobCounters, JobResult, StageMarks, SubmitOptions } from "../job_contract.ts";
import { INLINE_BYTES } from "./inline_counter.ts";
import { inlineResult } from "./inline_result.ts";

/** A job as far as its text is counted inline. */
export interface InlineOwner {
  readonly text: Text;
  /** Settled, once the text is counted. */
  options: CountOptions;
  readonly marks: StageMarks;
  readonly flow: Pick<Flow, "parent">;
  readonly kernel: RunnableKernel | undefined;
  readonly limits: Pick<SubmitOptions, "inline" | "part" | "firstStage">;
}

/** The answer of a job that was counted inline, and what was counted for it. */
export interface InlineCount {
  result: JobResult;
  counters: JobCounters;
}

/** What counting inline takes of an engine. */
export interface InlineParts extends Pick<EngineContext, "inline" | "encodeFilters"> {
  scheduler: Pick<EngineContext["scheduler"], "charge">;
  admission: Pick<EngineContext["admission"], "isOpen">;
}

/**
 * Whether a job may be tried inline now. One that would have to wait for its turn waits.
 *
 * @param bytes Size of its text, 0 when unknown.
 */
export function mayBeInline(
  { text, options, kernel, limits }: InlineOwner,
  bytes: number,
  { inline, admission }: Pick<InlineParts, "inline" | "admission">,
): boolean {
  return inline !== undefined && inline.takes(bytes) && text.whole !== undefined &&
    kernel === undefined && limits.inline !== false && !limits.part && !limits.firstStage &&
    options.tokenizer !== "icu" &&
    !hasBorders(options) && options.group === "" && admission.isOpen;
}

/**
 * Counts a job's text on this thread.
 *
 * @returns Undefined if threads have to count it: then nothing of it is counted.
 * @throws {JobError} What is wrong with the text, as its chunks would say it.
 */
export function countInline(
  job: InlineOwner,
  { inline, encodeFilters, scheduler }: Omit<InlineParts, "admission">,
): InlineCount | undefined {
  const { text, marks } = job;
  const bytes = text.whole?.(INLINE_BYTES);
  // Others may have been counted since the job was let in.
  if (bytes === undefined || !inline!.takes(bytes.length)) return undefined;
  const options = settleOptions(job.options, false);
  const filters = encodeFilters(options, false);
  if (filters instanceof Promise) return undefined; // lists that are yet to be loaded
  marks.firstByte = marks.lastByte = performance.now();
  const segment = inline!.count(bytes, options, filters);
  if (segment === INVALID_UTF8) {
    throw explainInvalid(inline!.outcome.offset + text.skippedBytes, { isBroken: false });
  }
  if (typeof segment === "number") return undefined;
  const { outcome } = inline!;
  job.options = options;
  if (job.flow.parent) scheduler.charge(job.flow.parent, bytes.length);
  marks.mapped = marks.reduced = performance.now();
  const { length } = bytes;
  return {
    counters: { bytes: length, chunks: 1, tokens: outcome.tokens },
    result: inlineResult(segment, outcome, {
      length,
      bytes: text.bytes,
      input: { charset: text.charset, bomSkipped: text.bomSkipped },
      mode: options.mode,
      began: marks.submitted,
      read: marks.firstByte,
      counted: marks.mapped,
    }),
  };
}

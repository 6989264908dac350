import { completeCountOptions, type CountOptions } from "../../contract/options.ts";
import type { RunnableKernel } from "../../contract/kernel_manifest.ts";
import { pairOp } from "../../contract/result_values.ts";
import { openText } from "../../input/open_text.ts";
import { endsWithLines } from "../../input/record_rules.ts";
import type { Segment } from "../../reduce/segment.ts";
import type { EngineContext } from "../engine_context.ts";
import { checkKernel } from "../job/encode_kernel.ts";
import type { JobInput, JobResult, SubmitOptions } from "../job_contract.ts";
import { JobStage, type StageOwner } from "./job_stage.ts";
import { DistinctText } from "./distinct_text.ts";
import { SketchText } from "./sketch_text.ts";

// A kernel that emits pairs has its job counted in two stages:
//
//   distinct        1. pairs, counted: each is in the segment once    2. their keys, counted
//   approxDistinct  1. registers, the highest rank of each            2. an estimate for each key
//
// So both are exact in what they hold, whatever the chunks and the workers, and outgrow memory as
// any count does. Options of keys are for the second stage: the first one leaves out nothing.

/** Whether jobs of a kernel have a second stage. */
export function hasSecondStage(kernel: RunnableKernel | undefined): boolean {
  return kernel !== undefined && pairOp(kernel.manifest) !== undefined;
}

/**
 * Opens the stage that reads a job's input.
 *
 * @throws {JobError} `unknown_charset`.
 * @throws {RangeError} If the kernel cannot be used.
 */
export function openFirstStage(
  owner: StageOwner,
  input: JobInput,
  options: CountOptions,
  limits: SubmitOptions,
  context: EngineContext,
): JobStage {
  const { kernel } = limits;
  if (kernel) checkKernel(kernel, options);
  const rule = context.splitRule(options, kernel);
  const apart = kernel && !endsWithLines(kernel.manifest.records);
  const text = openText(input, apart ? { ...options, apart } : options, limits);
  const counted = hasSecondStage(kernel) ? ofPairs(options) : options;
  return new JobStage(owner, { text, options: counted, kernel, rule }, context);
}

/** Options of the text, with none that leaves out a pair. */
function ofPairs({ charset, bom, invalid }: CountOptions): CountOptions {
  return completeCountOptions({ charset, bom, invalid, order: "key", top: 0, case: "preserve" });
}

/**
 * Opens the stage that counts what the first one has given.
 *
 * @param segment Stays open until the stage is counted.
 */
export function openSecondStage(
  owner: StageOwner & { readonly kernel: RunnableKernel | undefined },
  segment: Segment,
  options: CountOptions,
  context: EngineContext,
): JobStage {
  const rule = () => 0; // a text of records cuts itself
  if (pairOp(owner.kernel!.manifest) === "distinct") {
    return new JobStage(owner, { text: new DistinctText(segment), options, rule }, context);
  }
  const records = { output: "values", op: "max", value: "i64" } as const;
  return new JobStage(owner, { text: new SketchText(segment), options, records, rule }, context);
}

/** The result of a job by those of its stages: what was read by the first, what is shown by the last. */
export function joinResults(first: JobResult, last: JobResult): JobResult {
  const spilled = first.spilled || last.spilled;
  return {
    ...first,
    totals: { ...first.totals, keys: last.totals.keys },
    ms: last.ms,
    ...(spilled && {
      spilled: {
        runs: (first.spilled?.runs ?? 0) + (last.spilled?.runs ?? 0),
        bytes: (first.spilled?.bytes ?? 0) + (last.spilled?.bytes ?? 0),
      },
    }),
    segment: last.segment,
  };
}

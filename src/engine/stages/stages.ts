import { PAGE_BYTES } from "../../../assembly/layout.ts";
import { completeCountOptions, type CountOptions } from "../../contract/options.ts";
import type { KernelManifest, RunnableKernel } from "../../contract/kernel_manifest.ts";
import { keepsKeys, pairOp } from "../../contract/result_values.ts";
import { EdgeText } from "../../input/edge_text.ts";
import { isEdges } from "../../input/edge_words.ts";
import { openText } from "../../input/open_text.ts";
import type { Text } from "../../input/text.ts";
import { endsWithLines } from "../../input/record_rules.ts";
import { HeadedText } from "../../records/headed_text.ts";
import { QuestionKernel } from "../../records/question_kernel.ts";
import { PIECE_ROOM } from "../../shared/file_piece.ts";
import type { EngineContext } from "../engine_context.ts";
import { checkKernel } from "../job/encode_kernel.ts";
import type { RecordTerms } from "../job/encode_terms.ts";
import { combinedTooLittle } from "../job/kernel_errors.ts";
import type { JobInput, JobResult, SubmitOptions } from "../job_contract.ts";
import { isRecordInput } from "../record_input.ts";
import { JobStage, type StageOwner, type StageParts } from "./job_stage.ts";
import { DistinctText } from "./distinct_text.ts";
import { checkGroup, nextGroupStage, ofForms } from "./group_stages.ts";
import { GroupText } from "./group_text.ts";
import { areMerged, COUNTED, NoText } from "./merged_lists.ts";
import { SketchText } from "./sketch_text.ts";

// Some kernels have their jobs counted in several stages, each of which counts what the one before has
// given:
//
//   distinct        1. pairs, counted: each is in the segment once    2. their keys, counted
//   approxDistinct  1. registers, the highest rank of each            2. an estimate for each key
//   combine         1. pairs of key and value, counted                2. what the kernel makes of the
//                                                                        values of each key
//
// So all of them are exact in what they hold, whatever the chunks and the workers, and outgrow memory
// as any count does. A key that has very many values is combined in parts first, by one more stage
// before the last. Options of keys are for the last stage: the others leave out nothing.
//
// Parts of a text that are counted apart go through the first stage alone. What it has given of each is
// put together as numbers of one key are, whatever the parts were, and is what the first stage would
// have given of the whole: so the other stages go on from there, once.

/**
 * Most bytes of the values of a key that a kernel gets at once: a part of what an instance may have,
 * and of what a job may hold. Some records of the longest key fit in any case.
 */
const GROUP_BYTES = 16 * 1024 * 1024;
const KERNEL_SHARE = 4;
const JOB_SHARE = 8;
const LEAST_GROUP_BYTES = 512 * 1024;

/**
 * Most stages that combine parts. Each leaves one value of a part, which has several, so that fewer
 * stages do for any input that there can be.
 */
const MOST_PARTIAL_STAGES = 16;

/** Whether a job has more than one stage. */
export function hasStages({ kernel, options }: Pick<StagedJob, "kernel" | "options">): boolean {
  return options.group !== "" || kernel !== undefined && keepsKeys(kernel.manifest);
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
  const { kernel, part, firstStage } = limits;
  checkGroup(options, limits, owner.shape);
  const first = firstOptions(options, kernel);
  if (isRecordInput(input)) {
    const { text, records, recordBytes, lists } = input;
    if (lists && areMerged(lists, context)) {
      const parts = { text: new NoText(), records: COUNTED, lists };
      return new JobStage(owner, { ...parts, options: first, rule }, context);
    }
    const areCounts = input.values === undefined;
    const parts = { text, options: first, records, recordBytes, areCounts, rule };
    return new JobStage(owner, parts, context);
  }
  if (isEdges(input)) {
    const text = new EdgeText(input);
    return new JobStage(owner, { text, options: first, firstStage, rule }, context);
  }
  if (kernel) checkKernel(kernel, options);
  const split = context.splitRule(options, kernel);
  const apart = kernel && (!endsWithLines(kernel.manifest.records) || kernel.manifest.namesParts);
  const readsFiles = kernel
    ? kernel.isTrusted && endsWithLines(kernel.manifest.records)
    : options.tokenizer !== "icu";
  const pieceRoom = readsFiles ? PIECE_ROOM : undefined;
  const mostChunkBytes = context.jobRoom.pageLimit * PAGE_BYTES;
  const text = openText(input, { ...options, apart, pieceRoom, mostChunkBytes, part }, limits);
  const headed = kernel instanceof QuestionKernel ? new HeadedText(text, kernel, part) : text;
  const parts = { text: headed, options: first, kernel, part, firstStage, rule: split };
  return new JobStage(owner, parts, context);
}

/**
 * How what the first stage has given of several parts of a text is put together.
 *
 * @returns Nothing for a kernel whose jobs have one stage.
 */
export function firstStageTerms(manifest: KernelManifest): RecordTerms | undefined {
  if (!keepsKeys(manifest)) return undefined;
  const op = pairOp(manifest) === "approxDistinct" ? "max" : "sum"; // of ranks, or of counts of pairs
  return { output: "values", op, value: "i64" };
}

function firstOptions(options: CountOptions, kernel: RunnableKernel | undefined): CountOptions {
  if (options.group !== "") return ofForms(options);
  return hasStages({ kernel, options }) ? ofPairs(options) : options;
}

/** Options of the text, with none that leaves out a pair. */
function ofPairs({ charset, bom, invalid }: CountOptions): CountOptions {
  return completeCountOptions({ charset, bom, invalid, order: "key", top: 0, case: "preserve" });
}

/** A stage that counts what another one has given. */
export interface NextStage {
  stage: JobStage;
  isLast: boolean;
}

/** The job that stages are of. */
interface StagedJob extends StageOwner {
  readonly kernel: RunnableKernel | undefined;
  /** Of the whole job. */
  readonly options: CountOptions;
  readonly limits: SubmitOptions;
  /** A text is about to be read, which is to be cancelled with the job. */
  readNext(text: Text): void;
}

/**
 * Opens the stage behind another one.
 *
 * @param result What that one has given; its segment stays open until the stage is counted.
 * @param stages Stages so far.
 * @throws {JobError} `kernel_trapped` if the kernel combines, and the values do not become fewer.
 */
export async function openNextStage(
  job: StagedJob,
  { segment, spilled }: JobResult,
  stages: number,
  context: EngineContext,
): Promise<NextStage> {
  const { options } = job;
  const spilledBefore = spilled?.bytes ?? 0;
  const open = (parts: Omit<StageParts, "rule">) => {
    job.readNext(parts.text);
    return new JobStage(job, { ...parts, spilledBefore, rule }, context);
  };
  if (options.group !== "") {
    const records = { output: "values", op: "sum", value: "i64" } as const;
    const { lemmas } = job.limits;
    const { isLast, ...next } = await nextGroupStage(segment, options, lemmas, stages);
    return { stage: open({ ...next, records }), isLast };
  }
  const kernel = job.kernel!;
  const { keyParts, finishesWords } = kernel.manifest;
  switch (pairOp(kernel.manifest)) {
    case "distinct": {
      const records = { output: "keys", keyParts, finishesWords } as const;
      return { stage: open({ text: new DistinctText(segment), options, records }), isLast: true };
    }
    case "approxDistinct": {
      const ofKeys = { keyParts, finishesWords };
      const records = { output: "values", op: "max", value: "i64", ...ofKeys } as const;
      return { stage: open({ text: new SketchText(segment), options, records }), isLast: true };
    }
  }
  const text = new GroupText(segment, mostGroupBytes(context));
  job.readNext(text);
  const { value } = kernel.manifest;
  if (!await text.isWhole()) {
    if (stages > MOST_PARTIAL_STAGES) throw combinedTooLittle(kernel.id, MOST_PARTIAL_STAGES);
    const records = { output: "values", op: "combine", value, entry: "combine" } as const;
    return { stage: open({ text, options: ofPairs(options), kernel, records }), isLast: false };
  }
  // One value of each key is left, so any op keeps it.
  const records = { output: "values", op: "max", value, entry: "finish" } as const;
  return { stage: open({ text, options, kernel, records }), isLast: true };
}

function mostGroupBytes({ jobRoom, kernelLimits }: EngineContext): number {
  const ofJob = jobRoom.pageLimit * PAGE_BYTES / JOB_SHARE;
  const most = Math.min(GROUP_BYTES, kernelLimits.memoryBytes / KERNEL_SHARE, ofJob);
  return Math.max(Math.floor(most), LEAST_GROUP_BYTES);
}

/** A text of records cuts itself. */
const rule = () => 0;

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

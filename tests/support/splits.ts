import { describeApprox, reduceInput, reduceOptions } from "../../src/cluster/reduce_splits.ts";
import { askForAll } from "../../src/contract/all_keys.ts";
import type { RunnableKernel } from "../../src/contract/kernel_manifest.ts";
import type { CountOptions } from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";
import { resultShape } from "../../src/contract/result_values.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import {
  type BorderRule,
  type BorderSearch,
  findBorder,
  type RangedSource,
  type Split,
} from "../../src/input/split_borders.ts";
import type { Engine } from "../../src/mod.ts";
import { QuestionKernel } from "../../src/records/question_kernel.ts";
import { type Shown, writeLines } from "./results.ts";

/** What a test does wrong on purpose. */
export interface SplitFaults {
  /** Leaves out what crosses from one split into another. */
  stitchesNothing?: boolean;
  /** Reads a byte order mark at the beginning of each split. */
  readsMarks?: boolean;
  /** Has each split taken for a whole text, of which format and charset are guessed. */
  guesses?: boolean;
  /** Adds up the answers of the splits, where a job has several stages. */
  addsAnswers?: boolean;
}

/** What a test does wrong on purpose, and what makes the keys. */
type PartTerms = SplitFaults & { kernel?: RunnableKernel };

/** Bytes as a source of ranges, which gives nothing else and says how much was asked for. */
export class BytesSource implements RangedSource {
  asked = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get bytes(): number {
    return this.#bytes.length;
  }

  read(from: number, to: number): Promise<Uint8Array> {
    if (from < 0 || to > this.bytes || from > to) throw new RangeError(`${from} to ${to}`);
    this.asked += to - from;
    return Promise.resolve(this.#bytes.slice(from, to));
  }
}

/** The splits of a text between nominal borders, of which the first and the last are its ends. */
export async function findSplits(
  text: Uint8Array,
  nominal: readonly number[],
  rule: BorderRule,
  search?: BorderSearch,
): Promise<Split[]> {
  const source = new BytesSource(text);
  const borders: number[] = [];
  for (const each of nominal) {
    const isQuoted = text.subarray(0, each).filter((byte) => byte === 0x22).length % 2 === 1;
    borders.push(await findBorder(source, each, rule, { ...search, isQuoted }));
  }
  return borders.slice(1).map((to, i) => ({ from: borders[i], to }));
}

/** What of an answer does not depend on how it came about: rows in their order, sums, or an error. */
export type Answer =
  | Pick<JobResult["totals"], "tokens" | "keys" | "replacements"> & {
    rows: string;
    counted?: number;
  }
  | { code: string; offset: unknown };

/** Counts a text as a whole. */
export async function countWhole(
  engine: Engine,
  text: Uint8Array,
  options: CountOptions,
  kernel?: RunnableKernel,
): Promise<Answer> {
  return await answerOf(() => engine.submit(text.slice(), options, { kernel }).done, options);
}

const MARK_BYTES = 3;

function isMark(text: Uint8Array): boolean {
  return text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
}

/** The same by splits, each counted apart, as if it were somewhere else. */
export async function countSplits(
  engine: Engine,
  text: Uint8Array,
  divided: DividedBytes,
  options: CountOptions,
  terms: PartTerms = {},
): Promise<Answer> {
  return await answerOf(() => countTogether(engine, text, divided, options, terms), options);
}

/** How a text is divided. */
interface DividedBytes {
  splits: readonly Split[];
  markBytes: number;
}

/** Counts the splits of a text apart, and puts the answers together. */
export async function countTogether(
  engine: Engine,
  text: Uint8Array,
  { splits, markBytes }: DividedBytes,
  options: CountOptions,
  terms: PartTerms = {},
): Promise<JobResult> {
  const { kernel, ...faults } = terms;
  const firstStage = !faults.addsAnswers;
  const parts = await Promise.allSettled(
    splits.filter(({ from, to }) => from < to).map(async ({ from, to }) => {
      const isMarked = faults.readsMarks && isMark(text.subarray(from, to));
      const known = { markBytes: isMarked ? MARK_BYTES : from === 0 ? markBytes : 0 };
      const part = faults.guesses ? undefined : known;
      try {
        const limits = { part, kernel, firstStage };
        return await engine.submit(text.slice(from, to), askForAll(options), limits).done;
      } catch (error) {
        if (!(error instanceof JobError) || typeof error.details.offset !== "number") throw error;
        const { code, message, details } = error;
        const offset = from + error.details.offset;
        throw new JobError(code, message, { details: { ...details, offset } });
      }
    }),
  );
  const failed = parts.find((part) => part.status === "rejected"); // the first by its offset
  if (failed) throw failed.reason;
  const results = parts.map((part) => (part as PromiseFulfilledResult<JobResult>).value);
  const edges = results.flatMap((result) => result.edges ?? []);
  const crossing = edges.length > 1 && !faults.stitchesNothing
    ? [await engine.submit({ edges }, askForAll(options), { firstStage }).done]
    : [];
  return await putTogether(engine, [...results, ...crossing], options, terms);
}

/** Puts together what came of parts, as a cluster does it. */
async function putTogether(
  engine: Engine,
  results: readonly JobResult[],
  options: CountOptions,
  { kernel, addsAnswers }: PartTerms,
): Promise<JobResult> {
  const made = addsAnswers ? undefined : kernel ?? QuestionKernel.of(options);
  const job = { options, kernel: made, shape: resultShape(made?.manifest) };
  const counted = results.map(({ segment, sketch, ...report }) => ({ segment, sketch, report }));
  const input = reduceInput(counted, job);
  return describeApprox(await engine.submit(input, reduceOptions(job), { kernel }).done, counted);
}

/** @param shown Which of the rows are answered. */
async function answerOf(
  count: () => Promise<JobResult>,
  shown: Shown,
): Promise<Answer> {
  try {
    const result = await count();
    const { tokens, keys, replacements, counted } = result.totals;
    const rows = writeLines(result, "ndjson", shown);
    return { tokens, keys, replacements, rows, ...(counted !== undefined && { counted }) };
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    return { code: error.code, offset: error.details.offset };
  }
}

import { keysAsTheyAre } from "../../src/algebra/merger.ts";
import { mergeTerms } from "../../src/algebra/mergeable.ts";
import { MergedText } from "../../src/algebra/merged_text.ts";
import {
  completeCountOptions,
  type CountOptions,
  DEFAULT_COUNT_OPTIONS,
} from "../../src/contract/options.ts";
import type { RunnableKernel } from "../../src/contract/kernel_manifest.ts";
import { JobError } from "../../src/contract/problems.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import type { RangedSource, Split } from "../../src/input/split_borders.ts";
import type { Engine } from "../../src/mod.ts";
import { type Shown, writeLines } from "./results.ts";

/** What a test does wrong on purpose. */
export interface SplitFaults {
  /** Leaves out what crosses from one split into another. */
  stitchesNothing?: boolean;
  /** Reads a byte order mark at the beginning of each split. */
  readsMarks?: boolean;
  /** Has each split taken for a whole text, of which format and charset are guessed. */
  guesses?: boolean;
}

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

/** Counts the splits of a text apart, as if each were somewhere else, and puts the answers together. */
export async function countSplits(
  engine: Engine,
  text: Uint8Array,
  { splits, markBytes }: { splits: readonly Split[]; markBytes: number },
  options: CountOptions,
  { kernel, ...faults }: SplitFaults & { kernel?: RunnableKernel } = {},
): Promise<Answer> {
  return await answerOf(async () => {
    const parts = await Promise.allSettled(
      splits.filter(({ from, to }) => from < to).map(async ({ from, to }) => {
        const isMarked = faults.readsMarks && isMark(text.subarray(from, to));
        const known = { markBytes: isMarked ? MARK_BYTES : from === 0 ? markBytes : 0 };
        const part = faults.guesses ? undefined : known;
        try {
          return await engine.submit(text.slice(from, to), ofPart(options), { part, kernel }).done;
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
      ? [await engine.submit({ edges }, ofPart(options)).done]
      : [];
    return await putTogether(engine, [...results, ...crossing], options);
  }, options);
}

/** Options of a part: filters of keys are kept, those of sums and of the answer are for the end. */
function ofPart(options: CountOptions): CountOptions {
  const { min, max } = DEFAULT_COUNT_OPTIONS;
  return completeCountOptions({ ...options, top: 0, order: "key", min, max });
}

async function putTogether(
  engine: Engine,
  results: readonly JobResult[],
  options: CountOptions,
): Promise<JobResult> {
  const [{ values, keyParts }] = results;
  const sum = (name: "bytes" | "tokens" | "replacements" | "counted") =>
    results.reduce((sum, { totals }) => sum + (totals[name] ?? 0), 0);
  const text = new MergedText(results.map(({ segment }) => ({ segment, weight: 1 })), values);
  const totals = () => ({
    bytes: sum("bytes"),
    tokens: sum("tokens"),
    replacements: sum("replacements"),
    ...(!values && { counted: sum("counted") }),
  });
  const records = mergeTerms(values);
  const input = { records, values, keyParts, text, totals };
  return await engine.submit(input, keysAsTheyAre(options)).done;
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

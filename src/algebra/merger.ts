import { ignoreError, own } from "../async/own.ts";
import type { ResultReport, Totals } from "../contract/documents.ts";
import type { KernelChoice } from "../contract/kernel_manifest.ts";
import {
  completeCountOptions,
  type CountOptions,
  type OutputOptions,
} from "../contract/options.ts";
import type { JobHandle, JobResult, SubmitOptions } from "../engine/job_contract.ts";
import type { RecordInput } from "../engine/record_input.ts";
import { shownId } from "../store/client_id.ts";
import type { JobRecord, KeptResult, MergeRequest } from "../store/job_record.ts";
import { checkWeights, mergeTerms, notMergeable, requireExact, requireLike } from "./mergeable.ts";
import { MergedText, type Weighed } from "./merged_text.ts";
import { addExactly } from "./overflow.ts";
import { sumRecords } from "./sum_records.ts";

/** Where results are found. */
export interface ResultSource {
  /** @throws {JobError} `unknown_job`, `job_not_finished`, or what the job failed with. */
  result(id: string, tenant: string | undefined): Promise<KeptResult>;
}

/** What puts records together. */
export interface RecordEngine {
  submit(input: RecordInput, options: CountOptions, limits: SubmitOptions): JobHandle;
}

/** A merge that runs, and what its result is to say. */
export interface Merge {
  job: JobHandle;
  options: CountOptions;
  output: OutputOptions;
  kernel?: KernelChoice;
}

/** Puts results together: each key has the sum of its counts, or what becomes of its values. */
export class Merger {
  readonly #engine: RecordEngine;
  readonly #results: ResultSource;

  constructor(engine: RecordEngine, results: ResultSource) {
    this.#engine = engine;
    this.#results = results;
  }

  /**
   * Begins to put results of a tenant together. The merge keeps them open until it has ended, even
   * if their jobs are removed meanwhile.
   *
   * @throws {JobError} `not_mergeable`, `value_overflow`, what `result` throws, and what the engine
   * throws if it does not take the job.
   */
  async begin(
    { jobs, weights }: MergeRequest,
    limits: SubmitOptions & { tenant: string | undefined },
  ): Promise<Merge> {
    const sources: KeptResult[] = [];
    const close = () => sources.forEach(({ result }) => result.segment.close());
    try {
      for (const id of jobs) sources.push(await this.#results.result(id, limits.tenant));
      const merge = this.#submit(sources, weights ?? jobs.map(() => 1), limits);
      own(merge.job.done.then(close, close));
      return merge;
    } catch (error) {
      close();
      throw error;
    }
  }

  /** The same for a record of a job that has to begin again. */
  async again(record: JobRecord, request: MergeRequest): Promise<JobHandle> {
    const { tenant } = record;
    return (await this.begin(request, { id: shownId(record), tenant })).job;
  }

  /**
   * Puts two results together, which have the same options, and closes both.
   *
   * @throws {JobError} `not_mergeable`, `value_overflow`, and what jobs of the engine fail with.
   */
  async join(
    { record, result }: KeptResult,
    part: JobResult,
    limits: SubmitOptions,
  ): Promise<JobResult> {
    const sources = [{ record, result }, { record, result: part }];
    try {
      return await this.#submit(sources, [1, 1], limits).job.done;
    } finally {
      for (const { result } of sources) result.segment.close();
    }
  }

  #submit(
    sources: readonly KeptResult[],
    weights: readonly number[],
    limits: SubmitOptions,
  ): Merge {
    requireLike(sources);
    requireExact(sources.map(({ result }) => result));
    const [{ record: { options, output, kernel }, result: { values, keyParts } }] = sources;
    const records = mergeTerms(values);
    checkWeights(weights, records);
    const results = sources.map(({ result }) => result);
    const totals = sumTotals(results, weights);
    const report = sumRecords(results, weights);
    const parts = sources.map(({ result: { segment } }, i) => ({ segment, weight: weights[i] }));
    const text = new MergedText(parts, values);
    const recordBytes = results.reduce((sum, { segment }) => sum + segment.byteLength, 0);
    const input = { records, values, keyParts, recordBytes, text, totals: () => totals, report };
    const job = this.#engine.submit(input, keysAsTheyAre(options), limits);
    own(job.done, ignoreError);
    return { job, options, output, kernel };
  }
}

/** Options that show every key, in the same order and as it is. */
export function keysAsTheyAre(
  { order, partition, borders }: Pick<CountOptions, "order"> & Partial<CountOptions>,
): CountOptions {
  return completeCountOptions({ order, partition, borders, top: 0, case: "preserve" });
}

/** What results say of their inputs, together. @throws {JobError} `value_overflow`. */
function sumTotals(
  results: readonly ResultReport[],
  weights: readonly Weighed["weight"][],
): Omit<Totals, "keys"> {
  const sumOf = (name: Exclude<keyof Totals, "keys">) =>
    addExactly(`the sum of '${name}'`, results.map(({ totals }) => totals[name]!), weights);
  const isCounted = results[0].values === undefined;
  if (isCounted && results.some(({ totals: { counted } }) => counted === undefined)) {
    const why = "a version before 0.2 has counted one, which kept no sum of its counts";
    throw notMergeable("totals", why, {});
  }
  return {
    bytes: sumOf("bytes"),
    tokens: sumOf("tokens"),
    replacements: sumOf("replacements"),
    ...(isCounted && { counted: sumOf("counted") }),
  };
}

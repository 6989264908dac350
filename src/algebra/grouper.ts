import { ignoreError, own } from "../async/own.ts";
import { refuseGroup } from "../contract/value_options.ts";
import { completeCountOptions, type CountOptions } from "../contract/options.ts";
import { settleOptions } from "../contract/settle_options.ts";
import type { CountEngine } from "../engine/count_engine.ts";
import type { JobHandle, JobInput, SubmitOptions } from "../engine/job_contract.ts";
import type { Segment } from "../reduce/segment.ts";
import type { KeptResult } from "../store/job_record.ts";
import { SegmentCache } from "../store/segment_cache.ts";
import { nameOf } from "./comparer.ts";
import { type LemmaTable, LemmaTables } from "./lemma_tables.ts";
import { mergeTerms } from "./mergeable.ts";
import { MergedText } from "./merged_text.ts";
import { keysAsTheyAre, type ResultSource } from "./merger.ts";

/** Bytes of groups that are held in memory, for the pages that follow. */
const HELD_BYTES = 64 * 1024 * 1024;

const NO_TOTALS = { bytes: 0, tokens: 0, replacements: 0 };

/** A result in groups. */
export interface GroupedResult extends KeptResult {
  /** By what: names the groups among all that may be made of the result. */
  groups: unknown;
}

/** Has forms of words put in groups: where they are counted, and of results that are kept. */
export class Grouper {
  readonly #engine: Pick<CountEngine, "submit">;
  readonly #lemmas: LemmaTables;
  readonly #held = new SegmentCache(HELD_BYTES);

  /** @param results Where tables of lemmas are found. */
  constructor(engine: Pick<CountEngine, "submit">, results: ResultSource) {
    this.#engine = engine;
    this.#lemmas = new LemmaTables(engine, results);
  }

  /**
   * Begins to count in groups.
   *
   * @throws {JobError} `unknown_job`, `job_not_finished` or `not_lemmas` of a table; and what the
   * engine throws if it does not take the job.
   */
  async submit(input: JobInput, options: CountOptions, limits: SubmitOptions): Promise<JobHandle> {
    const areKeys = limits.kernel !== undefined || Array.isArray(input);
    const { tenant, requestId } = limits;
    const table = await this.#lemmas.open(options.group, settleOptions(options, areKeys), {
      tenant,
      requestId,
    });
    return this.#submit(input, options, limits, table);
  }

  /**
   * Refuses a group that a job cannot be shown in once it has ended. @see LemmaTables.require
   *
   * @throws {JobError} `unknown_job` or `not_lemmas` of a table, or what its job failed with.
   */
  async require(group: string, tenant: string | undefined): Promise<void> {
    await this.#lemmas.require(group, tenant);
  }

  /**
   * Puts the keys of a result in groups, in the order that they have.
   *
   * @param of Counts of all keys; they are closed here.
   * @param group As the option has it, and not "".
   * @returns Stands in the place of the result. The caller closes its segment.
   * @throws {JobError} `invalid_parameter` for a result that has no forms, `unknown_job`,
   * `job_not_finished` or `not_lemmas` of a table, and what jobs of the engine fail with.
   */
  async group(of: KeptResult, group: string, limits: SubmitOptions): Promise<GroupedResult> {
    const { record, result: { partition: _, partStarts: __, ...result } } = of;
    try {
      refuseGroup(group, result, record.kernel ? "kernel" : "key");
      const options = completeCountOptions(record.options);
      const form = settleOptions(options, record.kernel !== undefined);
      const table = await this.#lemmas.open(group, form, limits);
      const segment = await this.#find(of, group, limits, table);
      return {
        record: {
          ...record,
          // What the job left out of its keys says nothing of groups.
          options: { ...options, group, min: 1, max: 0, prefix: "", partition: "hash" },
          finishedAt: Math.max(record.finishedAt!, table?.finishedAt ?? 0),
        },
        result: { ...result, segment, totals: { ...result.totals, keys: segment.keys } },
        groups: [group, table?.name],
      };
    } finally {
      result.segment.close();
    }
  }

  async #find(
    of: KeptResult,
    group: string,
    limits: SubmitOptions,
    table: LemmaTable | undefined,
  ): Promise<Segment> {
    const { order } = of.record.options;
    const name = JSON.stringify([nameOf(of), group, order, table?.name]);
    const held = this.#held.find(name);
    if (held) {
      table?.segment.close();
      return held;
    }
    const text = new MergedText([{ segment: of.result.segment, weight: 1 }]);
    const input = { records: mergeTerms(undefined), text, totals: () => NO_TOTALS };
    const options = completeCountOptions({ ...keysAsTheyAre({ order }), group });
    const job = this.#submit(input, options, limits, table);
    const segment = (await job.done).segment.detached();
    if (!segment.mustClose) this.#held.add(name, segment);
    return segment;
  }

  /** Closes the table when the job has ended, or has not begun. */
  #submit(
    input: JobInput,
    options: CountOptions,
    limits: SubmitOptions,
    table: LemmaTable | undefined,
  ): JobHandle {
    const lemmas = table?.segment;
    try {
      const job = this.#engine.submit(input, options, { ...limits, lemmas });
      own(job.done.finally(() => lemmas?.close()), ignoreError);
      return job;
    } catch (error) {
      lemmas?.close();
      throw error;
    }
  }
}

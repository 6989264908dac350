import { readGroup } from "../contract/expressions/groups.ts";
import type { CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import type { SubmitOptions } from "../engine/job_contract.ts";
import type { Segment } from "../reduce/segment.ts";
import { shownId } from "../store/client_id.ts";
import type { KeptResult } from "../store/job_record.ts";
import { SegmentCache } from "../store/segment_cache.ts";
import { nameOf } from "./comparer.ts";
import { MergedText } from "./merged_text.ts";
import type { RecordEngine, ResultSource } from "./merger.ts";
import { RecordSorter } from "./record_sorter.ts";

/** Bytes of tables that are held in memory, in the form of the keys that they were used for last. */
const HELD_BYTES = 64 * 1024 * 1024;

/** Options that tell what form keys have. */
export type KeyForm = Pick<CountOptions, "case" | "normalization">;

/** A table, and what tells it from all others. */
export interface LemmaTable {
  name: unknown;
  /** Milliseconds since 1970. */
  finishedAt: number;
  /** The caller closes it. */
  segment: Segment;
}

/** Finds results that are tables of lemmas, and brings them to the form of a job's keys. */
export class LemmaTables {
  readonly #results: ResultSource;
  readonly #sorter: RecordSorter;
  readonly #held = new SegmentCache(HELD_BYTES);

  constructor(engine: RecordEngine, results: ResultSource) {
    this.#results = results;
    this.#sorter = new RecordSorter(engine);
  }

  /**
   * The table that an option `group` names; undefined if it names none.
   *
   * @param form Of the keys that are looked up, with nothing left open.
   * @throws {JobError} `unknown_job`, `job_not_finished`, `not_lemmas`, or what the job failed with.
   */
  async open(
    group: string,
    form: KeyForm,
    limits: SubmitOptions,
  ): Promise<LemmaTable | undefined> {
    const table = await this.#find(group, limits.tenant);
    if (table === undefined) return undefined;
    try {
      const name = nameOf(table);
      const segment = await this.#prepare(table, name, form, limits);
      return { name, finishedAt: table.record.finishedAt!, segment };
    } finally {
      table.result.segment.close();
    }
  }

  /**
   * Refuses what an option `group` names if it is no table and cannot become one. A job that still
   * counts may.
   *
   * @throws {JobError} `unknown_job`, `not_lemmas`, or what the job failed with.
   */
  async require(group: string, tenant: string | undefined): Promise<void> {
    const table = await this.#find(group, tenant).catch(passUnfinished);
    table?.result.segment.close();
  }

  /** The result that is a table; the caller closes it. */
  async #find(group: string, tenant: string | undefined): Promise<KeptResult | undefined> {
    const asked = readGroup(group);
    if (asked?.kind !== "lemma") return undefined;
    const table = await this.#results.result(asked.table, tenant);
    try {
      requireLemmas(table);
      return table;
    } catch (error) {
      table.result.segment.close();
      throw error;
    }
  }

  async #prepare(
    table: KeptResult,
    of: unknown,
    { case: folding, normalization }: KeyForm,
    limits: SubmitOptions,
  ): Promise<Segment> {
    const name = JSON.stringify([of, folding, normalization]);
    const held = this.#held.find(name);
    if (held) return held;
    const rows = new MergedText([{ segment: table.result.segment, weight: 1 }]);
    const form = { case: folding, normalization };
    const segment = (await this.#sorter.countsByKey(rows, limits, form)).detached();
    if (!segment.mustClose) this.#held.add(name, segment);
    return segment;
  }
}

function passUnfinished(error: unknown): undefined {
  if (!(error instanceof JobError && error.code === "job_not_finished")) throw error;
}

/** @throws {JobError} `not_lemmas` for a result whose keys are no forms with their lemmas. */
function requireLemmas({ record, result }: KeptResult): void {
  const reason = whyNoLemmas(result);
  if (reason === undefined) return;
  const allowed = "counts of keys of two parts, a form and its lemma";
  throw new JobError("not_lemmas", `Cannot group by the lemmas of a job: ${reason}`, {
    details: { jobs: [shownId(record)], allowed },
  });
}

function whyNoLemmas({ values, keyParts = 1, approx }: KeptResult["result"]): string | undefined {
  if (values !== undefined) return "it holds values";
  if (keyParts !== 2) return `its keys have ${keyParts === 1 ? "one part" : `${keyParts} parts`}`;
  if (approx && approx.bound > 0) return "it is approximate, and forms may have left it";
}

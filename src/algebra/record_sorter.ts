import { ignoreError, own } from "../async/own.ts";
import { completeCountOptions, type CountOptions } from "../contract/options.ts";
import type { JobResult, SubmitOptions } from "../engine/job_contract.ts";
import type { RecordInput } from "../engine/record_input.ts";
import type { Text } from "../input/text.ts";
import type { Segment } from "../reduce/segment.ts";
import type { JobRecord } from "../store/job_record.ts";
import { mergeTerms } from "./mergeable.ts";
import { MergedText } from "./merged_text.ts";
import { keysAsTheyAre, type RecordEngine } from "./merger.ts";

const NO_TOTALS = { bytes: 0, tokens: 0, replacements: 0 };

/** Puts records in order by jobs of the engine, on its threads and beyond its memory. */
export class RecordSorter {
  readonly #engine: RecordEngine;

  constructor(engine: RecordEngine) {
    this.#engine = engine;
  }

  /** The counts of a result by key. The caller closes both. */
  async byKey(
    { record, result: { segment } }: {
      record: Pick<JobRecord, "options">;
      result: Pick<JobResult, "segment">;
    },
    limits: SubmitOptions,
  ): Promise<Segment> {
    if (record.options.order === "key") {
      segment.retain();
      return segment;
    }
    return await this.countsByKey(new MergedText([{ segment, weight: 1 }]), limits);
  }

  /**
   * Records of keys and counts, by key. The caller closes the segment.
   *
   * @param form What keys are brought to. @default {they stay as they are}
   */
  countsByKey(
    text: Text,
    limits: SubmitOptions,
    form: Partial<Pick<CountOptions, "case" | "normalization">> = {},
  ): Promise<Segment> {
    const records = mergeTerms(undefined);
    const input = { records, text, totals: () => NO_TOTALS };
    return this.#order(input, { order: "key", ...form }, limits);
  }

  /** Records of keys and doubles, the largest first. The caller closes the segment. */
  async byMeasure(text: Text, limits: SubmitOptions): Promise<Segment> {
    const input: RecordInput = {
      records: { output: "values", op: "max", value: "f64" },
      values: { op: "max", type: "f64" },
      text,
      totals: () => NO_TOTALS,
    };
    return (await this.#order(input, { order: "value" }, limits)).detached();
  }

  async #order(
    input: RecordInput,
    { order, ...form }: Partial<CountOptions> & Pick<CountOptions, "order">,
    limits: SubmitOptions,
  ): Promise<Segment> {
    const options = completeCountOptions({ ...keysAsTheyAre({ order }), ...form });
    const job = this.#engine.submit(input, options, limits);
    own(job.done, ignoreError);
    return (await job.done).segment;
  }
}

import type { Measure, Side } from "../contract/compare_options.ts";
import type { Segment } from "../reduce/segment.ts";
import type { KeptResult } from "../store/job_record.ts";
import { SegmentCache } from "../store/segment_cache.ts";
import type { JobResult, SubmitOptions } from "../engine/job_contract.ts";
import { ComparedText } from "./compared_text.ts";
import { notMergeable, requireExact, requireLike } from "./mergeable.ts";
import type { Sizes } from "./measures.ts";
import type { RecordEngine } from "./merger.ts";
import { RecordSorter } from "./record_sorter.ts";

/** Bytes of comparisons that are held in memory, for the pages that follow. */
const HELD_BYTES = 64 * 1024 * 1024;

/** How two results are compared. */
export interface Comparison {
  measure: Measure;
  side: Side;
}

/** What was found: records of compared_records.ts, those of the greatest measure first. */
export interface Compared {
  /** The caller closes it. */
  segment: Segment;
  sizes: Sizes;
}

/** Sets the counts of two results beside each other, on the engine's threads but for the join. */
export class Comparer {
  readonly #sorter: RecordSorter;
  readonly #held = new SegmentCache(HELD_BYTES);

  constructor(engine: RecordEngine) {
    this.#sorter = new RecordSorter(engine);
  }

  /**
   * Compares two results, which the caller closes.
   *
   * @throws {JobError} `not_mergeable` for results whose keys mean something else, that hold values, or
   * that have counted nothing; and what jobs of the engine fail with.
   */
  async compare(
    a: KeptResult,
    b: KeptResult,
    { measure, side }: Comparison,
    limits: SubmitOptions,
  ): Promise<Compared> {
    const sizes = { a: sizeOf(a), b: sizeOf(b) };
    requireLike([a, b]);
    requireExact([a.result, b.result]);
    const name = JSON.stringify([...[a, b].map(nameOf), measure, side]);
    const held = this.#held.find(name);
    if (held) return { segment: held, sizes };
    const segments = await this.#orderBoth(a, b, limits);
    const [first, second] = segments;
    try {
      const text = new ComparedText({ a: first, b: second, sizes, measure, side });
      const segment = await this.#sorter.byMeasure(text, limits);
      if (!segment.mustClose) this.#held.add(name, segment);
      return { segment, sizes };
    } finally {
      for (const each of segments) each.close();
    }
  }

  /** The counts of both by key. */
  async #orderBoth(a: KeptResult, b: KeptResult, limits: SubmitOptions): Promise<Segment[]> {
    const ordered = await Promise.allSettled(
      [a, b].map((each) => this.#sorter.byKey(each, limits)),
    );
    const segments = ordered.flatMap((each) => each.status === "fulfilled" ? [each.value] : []);
    const failed = ordered.find((each) => each.status === "rejected");
    if (failed === undefined) return segments;
    for (const each of segments) each.close();
    throw failed.reason;
  }
}

/** Names what a result is now, among all results of a server. */
export function nameOf({ record: { id, finishedAt, attempt } }: KeptResult): unknown[] {
  return [id, attempt, finishedAt];
}

/** The sum of all counts. @throws {JobError} `not_mergeable`. */
function sizeOf({ result }: { result: JobResult }): number {
  const { values, totals: { counted } } = result;
  if (values !== undefined) {
    throw notMergeable("values", "only counts are compared, and one holds values", { values });
  }
  if (counted !== undefined && counted > 0) return counted;
  const why = counted === 0
    ? "one of them has counted nothing, so that nothing has a share in it"
    : "a version before 0.2 has counted one, which kept no sum of its counts";
  throw notMergeable("totals", why, {});
}

import type { Score } from "../contract/collocation_options.ts";
import type { SubmitOptions } from "../engine/job_contract.ts";
import type { RowColumn } from "../output/row_style.ts";
import type { RecordCursor, Segment } from "../reduce/segment.ts";
import type { KeptResult } from "../store/job_record.ts";
import { SegmentCache } from "../store/segment_cache.ts";
import { nameOf } from "./comparer.ts";
import { COUNT_BYTES, CountedKeys, readCount, writeCounts } from "./counted_keys.ts";
import { BLANK, type Grouped, GroupSumText } from "./group_sum_text.ts";
import type { RecordEngine } from "./merger.ts";
import { notScorable, oddPair } from "./not_scorable.ts";
import { RecordSorter } from "./record_sorter.ts";
import { type PairCounts, SCORE } from "./scores.ts";

/** Bytes of scored pairs that are held in memory, for the pages that follow. */
const HELD_BYTES = 64 * 1024 * 1024;

/** How pairs are scored, and which. */
export interface Scoring {
  score: Score;
  /** Least count of a pair. */
  min: number;
}

/**
 * Scores pairs of words. All that it takes is in their counts: what a word has in the table of all
 * pairs is the sum over the pairs that begin with it, or end with it. So nothing is counted anew, and
 * the sums are those of the very pairs, whichever the job has formed or left out.
 *
 * Pairs are put in order by their first word, turned round and put in order by the other one, and at
 * last by their score.
 */
export class Collocator {
  readonly #sorter: RecordSorter;
  readonly #held = new SegmentCache(HELD_BYTES);

  constructor(engine: RecordEngine) {
    this.#sorter = new RecordSorter(engine);
  }

  /**
   * Scores the pairs of a result, which the caller closes.
   *
   * @returns Records of CollocationRecords, the largest score first. The caller closes the segment.
   * @throws {JobError} `not_scorable`, and what jobs of the engine fail with.
   */
  async score(of: KeptResult, { score, min }: Scoring, limits: SubmitOptions): Promise<Segment> {
    requirePairs(of);
    const name = JSON.stringify([nameOf(of), score, min]);
    const held = this.#held.find(name);
    if (held) return held;
    const byFirst = await this.#sorter.byKey(of, limits);
    const bySecond = await this.#closing(
      byFirst,
      this.#sorter.countsByKey(turned(byFirst), limits),
    );
    const all = of.result.totals.counted!;
    const text = scored(bySecond, { score, min }, all);
    const segment = await this.#closing(bySecond, this.#sorter.byMeasure(text, limits));
    if (!segment.mustClose) this.#held.add(name, segment);
    return segment;
  }

  async #closing(source: Segment, made: Promise<Segment>): Promise<Segment> {
    try {
      return await made;
    } finally {
      source.close();
    }
  }
}

/** Walks scored pairs: the count of each is the pair's. */
export class CollocationRecords extends CountedKeys {
  constructor(segment: Segment, position = 0) {
    super(segment, 3, position);
  }

  countsOf(all: number): PairCounts {
    return { pair: this.count, first: this.countAt(1), second: this.countAt(2), all };
  }
}

/** The columns of a row behind `count`. They are read from CollocationRecords. */
export function collocationColumns(all: number): RowColumn[] {
  const column = (name: string, isInteger: boolean, of: (counts: PairCounts) => number) => ({
    name,
    isInteger,
    read: (record: RecordCursor) => of((record as CollocationRecords).countsOf(all)),
  });
  return [
    column("countFirst", true, ({ first }) => first),
    column("countSecond", true, ({ second }) => second),
    ...Object.entries(SCORE).map(([name, of]) => column(name, false, of)),
  ];
}

/** Pairs turned round, with the sum of their first word behind them. */
function turned(segment: Segment): GroupSumText {
  return new GroupSumText(segment, (packer, grouped) => {
    const { record: { bytes, keyEnd, count }, wordEnd, sum } = grouped;
    if (bytes.subarray(wordEnd + 1, keyEnd).includes(BLANK)) throw oddPair();
    return packer.add(turn(grouped, keyEnd, [sum]), BigInt(count));
  });
}

/** Pairs as they were, with their counts and those of both words behind them, and their score. */
function scored(segment: Segment, { score, min }: Scoring, all: number): GroupSumText {
  return new GroupSumText(segment, (packer, grouped) => {
    const { record: { bytes, keyEnd, count: pair }, sum: second } = grouped;
    if (pair < min) return undefined;
    const end = keyEnd - COUNT_BYTES;
    const first = readCount(bytes, end);
    const key = turn(grouped, end, [pair, first, second]);
    return packer.addDouble(key, SCORE[score]({ pair, first, second, all }));
  });
}

/** The second word, a blank, the first one, and counts. @param keyEnd Behind the second word. */
function turn({ record, wordEnd }: Grouped, keyEnd: number, counts: readonly number[]): Uint8Array {
  const { bytes, keyStart } = record;
  const keyBytes = keyEnd - keyStart;
  const secondBytes = keyEnd - wordEnd - 1;
  const key = new Uint8Array(keyBytes + COUNT_BYTES * counts.length);
  key.set(bytes.subarray(wordEnd + 1, keyEnd));
  key[secondBytes] = BLANK;
  key.set(bytes.subarray(keyStart, wordEnd), secondBytes + 1);
  writeCounts(key, keyBytes, counts);
  return key;
}

/** @throws {JobError} `not_scorable` for a job whose keys are no pairs of words. */
function requirePairs(
  { record: { options, kernel }, result: { values, totals, approx } }: KeptResult,
): void {
  const { n, tokenizer } = options;
  if (n !== 2) throw notScorable("n", `its keys are of n=${n}, and pairs of n=2`, n, 2);
  if (kernel) {
    throw notScorable("kernel", "a kernel of its own made its keys", kernel.id, "no kernel");
  }
  if (tokenizer === "lines") {
    const allowed = ["unicode", "whitespace", "ascii", "icu"];
    throw notScorable("tokenizer", "lines may have blanks, which join pairs", tokenizer, allowed);
  }
  if (approx && approx.bound > 0) {
    const reason = `its counts are up to ${approx.bound} too low, and scores are ratios of them`;
    throw notScorable("mode", reason, options.mode, "mode=exact, or a bound of 0");
  }
  if (values !== undefined || totals.counted === undefined) {
    throw notScorable("totals", "it has no sum of counts", null, "counts");
  }
}

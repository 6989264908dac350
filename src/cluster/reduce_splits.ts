import { MergedText } from "../algebra/merged_text.ts";
import { mergeTerms } from "../algebra/mergeable.ts";
import { sumRecords } from "../algebra/sum_records.ts";
import type { ClusterAccounting, ResultShape, Totals } from "../contract/documents.ts";
import { completeCountOptions, type CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import type { JobResult } from "../engine/job_contract.ts";
import type { RecordInput } from "../engine/record_input.ts";
import type { EdgeWords } from "../input/edge_words.ts";
import type { Segment } from "../reduce/segment.ts";
import type { QueuedSplit } from "./split_queue.ts";
import type { SplitEdges, SplitOutput, SplitReport } from "./split_task.ts";

/** What nodes have counted of a split, with its keys. */
export interface CountedSplit {
  output: SplitOutput;
  /** None where there was nothing to count. */
  segment?: Segment;
}

/** What the reduce puts together: splits, and what crosses their borders. */
export interface Counted {
  readonly segment?: Segment;
  readonly report?: Pick<SplitReport, "totals" | "records">;
}

/** The words at the edges of the splits of each text that has several, in order. */
export function edgesOf(
  planned: readonly QueuedSplit[],
  splits: readonly CountedSplit[],
): EdgeWords[][] {
  const byText: EdgeWords[][] = [];
  splits.forEach(({ output: { edges } }, index) => {
    if (edges) (byText[planned[index].task.part] ??= []).push(decodeEdges(edges));
  });
  return byText.filter((edges) => edges.length > 1);
}

function decodeEdges({ tokens, head, tail }: SplitEdges): EdgeWords {
  const decode = (word: string) => Uint8Array.fromBase64(word);
  return { tokens, head: head.map(decode), tail: tail.map(decode) };
}

/** The options of a reduce: keys are made, and what is shown of them is chosen here. */
export function reduceOptions(
  { order, partition, borders, top, min, max }: CountOptions,
): CountOptions {
  return completeCountOptions({ order, partition, borders, top, min, max, case: "preserve" });
}

/** All keys as an input of the engine, which puts them together. */
export function reduceInput(counted: readonly Counted[], shape: ResultShape): RecordInput {
  const reports = counted.flatMap(({ report }) => report ?? []);
  const parts = counted.flatMap(({ segment }) => segment ? [{ segment, weight: 1 }] : []);
  const ones = reports.map(() => 1);
  return {
    ...shape,
    records: mergeTerms(shape.values),
    text: new MergedText(parts, shape.values),
    totals: () => sumTotals(reports),
    report: sumRecords(reports, ones),
  };
}

/** What the answer says: of the keys what the reduce has found, of the text what the nodes have. */
export function describeResult(
  reduced: JobResult,
  splits: readonly CountedSplit[],
  cluster: ClusterAccounting,
  ms: JobResult["ms"],
): JobResult {
  const reports = reportsOf(splits);
  const sum = (numberOf: (report: SplitReport) => number) =>
    reports.reduce((total, report) => total + numberOf(report), 0);
  const workers = new Map(
    splits.map(({ output: { node, report } }) => [node, report?.workers ?? 0]),
  );
  return {
    ...reduced,
    input: {
      charset: charsetOf(splits),
      bomSkipped: reports.some(({ input }) => input.bomSkipped),
    },
    chunks: sum(({ chunks }) => chunks),
    attempts: sum(({ attempts }) => attempts),
    accounting: {
      bytesIn: sum(({ accounting }) => accounting.bytesIn),
      bytesCounted: sum(({ accounting }) => accounting.bytesCounted),
      runs: 1,
      cluster,
    },
    workers: workers.values().reduce((total, each) => total + each, 0),
    ms,
  };
}

/**
 * Checks that the splits of each text are the whole of it, each byte once: where one ends the next
 * begins, and each has counted as many bytes as lie between its borders.
 *
 * @throws {JobError} `internal`.
 */
export function checkAccount(
  planned: readonly QueuedSplit[],
  splits: readonly CountedSplit[],
): void {
  let end = 0;
  splits.forEach(({ output: { from, to, report } }, index) => {
    const { part, source } = planned[index].task;
    if ("decompress" in source) return; // it was counted whole
    const isFirst = planned[index - 1]?.task.part !== part;
    const isLast = planned[index + 1]?.task.part !== part;
    const counted = report?.totals.bytes ?? 0;
    const isWhole = from === (isFirst ? 0 : end) && counted === to - from &&
      (!isLast || to === source.bytes);
    if (!isWhole) {
      const place = `bytes ${from} to ${to} of ${source.bytes}`;
      throw new JobError("internal", `Nodes do not agree on ${place}: ${counted} were counted`);
    }
    end = to;
  });
}

function reportsOf(splits: readonly CountedSplit[]): SplitReport[] {
  return splits.flatMap(({ output: { report } }) => report ? [report] : []);
}

/** As a series of texts says it; a split that has nothing is of a text that was divided. */
function charsetOf(splits: readonly CountedSplit[]): string {
  const charsets = splits.map(({ output: { report } }) => report?.input.charset ?? "utf-8");
  const [first, second] = new Set(charsets);
  return second === undefined ? first : "mixed";
}

function sumTotals(
  reports: readonly Pick<SplitReport, "totals">[],
): Omit<Totals, "keys"> {
  const totals = { bytes: 0, tokens: 0, replacements: 0 };
  let counted: number | undefined;
  for (const report of reports) {
    totals.bytes += report.totals.bytes;
    totals.tokens += report.totals.tokens;
    totals.replacements += report.totals.replacements;
    if (report.totals.counted !== undefined) counted = (counted ?? 0) + report.totals.counted;
  }
  return { ...totals, ...(counted !== undefined && { counted }) };
}

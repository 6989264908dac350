import { MergedText } from "../algebra/merged_text.ts";
import { mergeTerms } from "../algebra/mergeable.ts";
import { sumRecords } from "../algebra/sum_records.ts";
import type { ClusterAccounting, KernelUse, Totals } from "../contract/documents.ts";
import { completeCountOptions, type CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { settleOptions } from "../contract/settle_options.ts";
import { approxReport, seenKeys } from "../engine/job/approx_report.ts";
import type { JobResult } from "../engine/job_contract.ts";
import type { RecordInput } from "../engine/record_input.ts";
import { firstStageTerms } from "../engine/stages/stages.ts";
import type { EdgeWords } from "../input/edge_words.ts";
import type { Segment } from "../reduce/segment.ts";
import { estimateKeys, uniteSketches } from "../shared/approx_page.ts";
import type { SpreadTerms } from "./cluster_job.ts";
import type { ReducedRange } from "./job_ranges.ts";
import type { QueuedSplit } from "./split_queue.ts";
import type { SplitEdges, SplitOutput, SplitReport, TextTask } from "./split_task.ts";

/** What nodes have counted of a split, with its keys. */
export interface CountedSplit {
  output: SplitOutput;
  /** None where there was nothing to count. */
  segment?: Segment;
}

/** What the reduce puts together: splits, and what crosses their borders. */
export interface Counted {
  readonly segment?: Segment;
  readonly report?: Pick<SplitReport, "totals" | "records" | "approx">;
  /** Of all keys, where some may have left. */
  readonly sketch?: Uint8Array;
}

/** What a reduce takes of a split. */
export function openSplit({ output: { report, sketch }, segment }: CountedSplit): Counted {
  return {
    segment,
    report,
    sketch: sketch === undefined ? undefined : Uint8Array.fromBase64(sketch),
  };
}

/** The words at the edges of the splits of each text that has several, in order. */
export function edgesOf(
  planned: readonly QueuedSplit<TextTask>[],
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

/** What a reduce makes of what was counted. */
type ReducedJob = Pick<SpreadTerms, "options" | "kernel" | "shape">;

/**
 * The options of a reduce: keys are made, and what is shown of them is chosen here. Where the splits have
 * given what a first stage gives, the others follow here, whose options are those of the job.
 */
export function reduceOptions({ options, kernel }: ReducedJob): CountOptions {
  if (kernel && firstStageTerms(kernel.manifest)) return options;
  const { order, partition, borders, top, min, max, group } = options;
  const shown = { order, partition, borders, top, min, max };
  if (group === "") return completeCountOptions({ ...shown, case: "preserve" });
  const { case: folding, normalization, prefix } = settleOptions(options, kernel !== undefined);
  return completeCountOptions({ ...shown, group, case: folding, normalization, prefix });
}

/** All keys as an input of the engine, which puts them together. */
export function reduceInput(
  counted: readonly Counted[],
  { options, kernel, shape }: ReducedJob,
): RecordInput {
  const reports = counted.flatMap(({ report }) => report ?? []);
  const parts = counted.flatMap(({ segment }) => segment ? [{ segment, weight: 1 }] : []);
  const areCounts = shape.values === undefined && options.group === "";
  const ones = reports.map(() => 1);
  const staged = kernel && firstStageTerms(kernel.manifest);
  return {
    ...shape,
    records: staged ?? mergeTerms(shape.values),
    text: new MergedText(parts, staged ? undefined : shape.values),
    lists: areCounts && !staged ? { segments: parts.map(({ segment }) => segment) } : undefined,
    totals: () => sumTotals(reports),
    report: sumRecords(reports, ones),
  };
}

/** Whether several nodes may reduce a job: what its splits have are counts, of which none has left. */
export function areDividable({ options, kernel, shape }: ReducedJob): boolean {
  const isStaged = kernel !== undefined && firstStageTerms(kernel.manifest) !== undefined;
  return shape.values === undefined && options.group === "" && options.mode !== "approx" &&
    !isStaged;
}

/** The options of the reduce of a range: the rows that may be in the answer, in its order. */
export function rangeOptions({ options: { order, top, min, max } }: ReducedJob): CountOptions {
  return completeCountOptions({ order, top, min, max, case: "preserve" });
}

/**
 * What other nodes have reduced as an input of the engine, which brings it together.
 *
 * @param counted What all of it came of.
 */
export function joinInput(
  ranges: readonly ReducedRange[],
  counted: readonly Counted[],
  job: ReducedJob,
): RecordInput {
  const segments = ranges.flatMap(({ segment }) => segment ?? []);
  const reports = counted.map(({ report }) => ({ report }));
  return {
    ...reduceInput(reports, job),
    text: new MergedText(segments.map((segment) => ({ segment, weight: 1 }))),
    lists: { segments, areParts: true },
  };
}

/** What the ranges say of all keys, of which only rows have come here. */
export function describeRanges(joined: JobResult, ranges: readonly ReducedRange[]): JobResult {
  const keys = ranges.reduce((sum, { output }) => sum + (output.report?.totals.keys ?? 0), 0);
  return { ...joined, totals: { ...joined.totals, keys } };
}

/**
 * What a reduce says of keys that may have left the tables of nodes: counts are too low by the sum of all
 * bounds at most, since each may have lost from the same key.
 */
export function describeApprox(reduced: JobResult, counted: readonly Counted[]): JobResult {
  const reports = counted.flatMap(({ report }) => report?.approx ?? []);
  if (reports.length === 0) return reduced;
  const left = {
    purges: reports.filter(({ keysError }) => keysError > 0).length,
    bound: reports.reduce((sum, { bound }) => sum + bound, 0),
    keys: estimateKeys(uniteSketches(counted.flatMap(({ sketch }) => sketch ?? []))),
  };
  const keys = seenKeys(reduced.totals.keys, left);
  return { ...reduced, totals: { ...reduced.totals, keys }, approx: approxReport(left) };
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
    ...mostUse(reports),
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
  planned: readonly QueuedSplit<TextTask>[],
  splits: readonly CountedSplit[],
): void {
  let reached = 0;
  splits.forEach(({ output: { from, to, report } }, index) => {
    const { part, source, to: nominal } = planned[index].task;
    if ("decompress" in source) return; // it was counted whole
    const end = "path" in source ? nominal : source.bytes; // that of all parts, and of the last
    const isFirst = planned[index - 1]?.task.part !== part;
    const isLast = planned[index + 1]?.task.part !== part;
    const counted = report?.totals.bytes ?? 0;
    const isWhole = from === (isFirst ? 0 : reached) && counted === to - from &&
      (!isLast || to === end);
    if (!isWhole) {
      const place = `bytes ${from} to ${to} of ${end}`;
      throw new JobError("internal", `Nodes do not agree on ${place}: ${counted} were counted`);
    }
    reached = to;
  });
}

function reportsOf(splits: readonly CountedSplit[]): SplitReport[] {
  return splits.flatMap(({ output: { report } }) => report ? [report] : []);
}

/** The most that the kernel has used anywhere, of what it might there. */
function mostUse(reports: readonly SplitReport[]): Pick<JobResult, "kernelUse"> {
  const uses = reports.flatMap(({ kernelUse }) => kernelUse ?? []);
  if (uses.length === 0) return {};
  const most = (name: keyof KernelUse) =>
    uses.map((use) => use[name]).reduce((a, b) => b.used > a.used ? b : a);
  return { kernelUse: { ms: most("ms"), memory: most("memory"), output: most("output") } };
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

import type { CountOptions } from "../../src/contract/options.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { lineBlocks, type LineFormat } from "../../src/output/lines.ts";
import { openResultRecords } from "../../src/output/result_records.ts";
import { createRowStyle } from "../../src/output/row_options.ts";
import { Selection } from "../../src/output/selection.ts";
import { Segment } from "../../src/reduce/segment.ts";

/** A result around counts that stand in the order given. */
export function resultOf(counts: Iterable<readonly [string, number]>, keys?: number): JobResult {
  const segment = Segment.from(counts);
  return {
    totals: { bytes: 10, tokens: 9, keys: keys ?? segment.keys, counted: 20, replacements: 8 },
    input: { charset: "utf-8", bomSkipped: true },
    chunks: 3,
    attempts: 4,
    accounting: { bytesIn: 10, bytesCounted: 10, runs: 1 },
    workers: 2,
    ms: { read: 1.23456, map: 2, reduce: 0, total: 3.5 },
    segment,
  };
}

/** Which rows of a result are shown. */
export type Shown = Pick<CountOptions, "top" | "min" | "max" | "order">;

/** Rows of a result as lines, as answers with the defaults have them; all, if nothing is said. */
export function writeLines(
  result: JobResult,
  format: LineFormat,
  { top = 0, min = 0, max = 0, order = "count" }: Partial<Shown> = {},
): string {
  const style = createRowStyle({ format, columns: [], csvBom: false, csvSafe: false }, result);
  const records = openResultRecords(result.segment, result.values);
  const selection = new Selection(records, { top, min, max, order });
  const { bytes } = collect(lineBlocks(selection, format, false, style));
  return new TextDecoder().decode(bytes);
}

/** Everything that an iterator of blocks gives, and the size of each block. */
export function collect(blocks: Iterable<Uint8Array>): { bytes: Uint8Array; sizes: number[] } {
  const parts = [...blocks];
  const sizes = parts.map((part) => part.length);
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, sizes };
}

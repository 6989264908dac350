import type { ResultRow } from "../contract/documents.ts";
import type { Score } from "../contract/collocation_options.ts";
import type { Measure, Side } from "../contract/compare_options.ts";
import type { ListKeyOption } from "../contract/list_options.ts";
import type { BodyOptions, CountOptions, OutputOptions } from "../contract/options.ts";
import type { PageOptions } from "../contract/page_options.ts";

/** Options of a kernel. */
export interface KernelOptions {
  /** By name. */
  kernelOptions?: Readonly<Record<string, string | number | boolean>>;
}

/** What to count, as the parameters of the HTTP interface say it. */
export interface CountRequest
  extends Partial<CountOptions & BodyOptions & Pick<OutputOptions, "columns">>, KernelOptions {
  /** The kernel that makes the keys: a name, or an id. @default {the server's own} */
  kernel?: string;
}

/** Which part of a job's result to read. @default {as the job was submitted} */
export type ResultRequest = Partial<
  & Pick<CountOptions, "top" | "min" | "max" | "prefix" | "order" | "group">
  & Pick<OutputOptions, "columns">
>;

/** How rows come. */
export interface RowsOptions<Exact extends boolean = boolean> {
  /** Arrow takes less of the time of both sides, NDJSON comes row by row. @default {"ndjson", or "arrow" where rows are exact} */
  format?: "ndjson" | "arrow";
  /** Whether integers of 64 bits are bigints, and decimals texts of all their digits. @default {false} */
  exact?: Exact;
}

/**
 * A row with all digits.
 *
 * @typeParam Key `string[]` where keys are put together of several parts. @default {string}
 */
export type ExactRow<Key = string> =
  & { key: Key }
  & (
    | { count: bigint; value?: undefined }
    | { count?: undefined; value: bigint | number | string }
    | (
      & { count?: bigint; value?: undefined; avg?: number | string }
      & Partial<
        Record<"sum" | "min" | "max", string>
      >
    )
  )
  & { share?: number; perMillion?: number; rank?: bigint };

/** A row, as it was asked for. */
export type RowOf<Exact extends boolean> = Exact extends true ? ExactRow : ResultRow;

/** What to count, and in which form the answer is downloaded. */
export type DownloadRequest = CountRequest & Partial<OutputOptions>;

/** Which part of a job's result to download, and in which form. @default {as the job was submitted} */
export type ResultDownloadRequest = ResultRequest & Partial<OutputOptions & PageOptions>;

/** How what is appended to a job becomes text. */
export type PartRequest = Partial<BodyOptions & Pick<CountOptions, "charset">>;

/** What names a part of a job. */
export interface PartKey {
  /** The same one with the same input again appends nothing. @default {a random UUID} */
  key?: string;
}

/** What the keys of a list are, and how its result is shown by default. */
export type UploadRequest =
  & Partial<Pick<CountOptions, ListKeyOption | "top" | "min" | "max" | "order">>
  & Partial<OutputOptions>;

/** How results are put together. */
export interface MergeRequest {
  /** How often each counts, from 1. @default {once} */
  weights?: readonly number[];
}

/** How two results are compared, and which rows are read. */
export interface CompareRequest extends Partial<Pick<CountOptions, "top" | "prefix">> {
  measure?: Measure;
  in?: Side;
}

/** The same, and in which form the answer is downloaded. */
export type CompareDownloadRequest =
  & CompareRequest
  & Partial<Pick<OutputOptions, "format" | "download" | "csvBom" | "csvSafe">>
  & Partial<Pick<PageOptions, "limit" | "cursor">>;

/** How pairs of words are scored, and which rows are read. */
export interface CollocationsRequest extends Partial<Pick<CountOptions, "top" | "min" | "prefix">> {
  score?: Score;
}

/** The same, and in which form the answer is downloaded. */
export type CollocationsDownloadRequest =
  & CollocationsRequest
  & Omit<CompareDownloadRequest, keyof CompareRequest>;

/** How long a call may take. */
export interface CallOptions {
  /** Ends the call when aborted, whatever it waits for. */
  signal?: AbortSignal;
  /** Longest time of the call, its retries included. */
  timeoutMs?: number;
}

/** What a query may be made of; lists are given item by item. */
export type Query = object;

/** A query as it stands behind a path, with `?`; "" when nothing is said. */
export function formatQuery({ kernelOptions = {}, ...rest }: Query & KernelOptions): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) query.append(name, String(each));
    }
  }
  for (const [name, value] of Object.entries(kernelOptions)) {
    query.append(`option.${name}`, String(value));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

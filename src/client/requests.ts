import type { BodyOptions, CountOptions, OutputOptions, PageOptions } from "../contract/options.ts";

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
  Pick<CountOptions, "top" | "min" | "prefix" | "order"> & Pick<OutputOptions, "columns">
>;

/** What to count, and in which form the answer is downloaded. */
export type DownloadRequest = CountRequest & Partial<OutputOptions>;

/** Which part of a job's result to download, and in which form. @default {as the job was submitted} */
export type ResultDownloadRequest = ResultRequest & Partial<OutputOptions & PageOptions>;

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

import type { BodyOptions, CountOptions, OutputOptions } from "../contract/options.ts";

/** What to count, as the parameters of the HTTP interface say it. */
export type CountRequest = Partial<CountOptions & BodyOptions & Pick<OutputOptions, "columns">> & {
  /** The kernel that makes the keys: a name, or an id. @default {the server's own} */
  kernel?: string;
  /** Options of the kernel, by name. */
  kernelOptions?: Readonly<Record<string, string | number | boolean>>;
};

/** Which part of a job's result to read. @default {as the job was submitted} */
export type ResultRequest = Partial<
  Pick<CountOptions, "top" | "min" | "prefix" | "order"> & Pick<OutputOptions, "columns">
>;

/** How long a call may take. */
export interface CallOptions {
  /** Ends the call when aborted, whatever it waits for. */
  signal?: AbortSignal;
  /** Longest time of the call, its retries included. */
  timeoutMs?: number;
}

/** What a query may be made of; lists are given item by item. */
export type Query = Readonly<Record<string, unknown>>;

/** A query as it stands behind a path, with `?`; "" when nothing is said. */
export function formatQuery({ kernelOptions = {}, ...rest }: Query): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) query.append(name, String(each));
    }
  }
  for (const [name, value] of Object.entries(kernelOptions as object)) {
    query.append(`option.${name}`, String(value));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

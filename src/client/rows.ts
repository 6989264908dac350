import { readArrow } from "./arrow_rows.ts";
import type { RowOf, RowsOptions } from "./requests.ts";
import { readLines } from "./streams.ts";

/**
 * In which format to ask for rows.
 *
 * @throws {TypeError} If rows are to be exact, and not of Arrow.
 */
export function formatOfRows({ format, exact }: RowsOptions): "ndjson" | "arrow" {
  if (!exact) return format ?? "ndjson";
  if (format === "ndjson") throw new TypeError("Cannot read exact rows of ndjson: say arrow");
  return "arrow";
}

/** The rows of an answer. @throws The signal's reason when it is aborted. */
export function readRows<Exact extends boolean>(
  body: ReadableStream<Uint8Array>,
  options: RowsOptions<Exact>,
  signal?: AbortSignal,
): AsyncGenerator<RowOf<Exact>, void, void> {
  const rows = formatOfRows(options) === "arrow"
    ? readArrow(body, options.exact ?? false, signal)
    : readLines(body, signal);
  return rows as AsyncGenerator<RowOf<Exact>, void, void>;
}

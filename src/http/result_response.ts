import type { JobResult } from "../engine/types.ts";
import type { OutputOptions } from "../options.ts";
import { createBody } from "../output/block_writer.ts";
import { jsonBlocks } from "../output/json.ts";
import type { Cut } from "../output/selection.ts";
import { tsvBlocks } from "../output/tsv.ts";

const JSON_INIT = {
  headers: { "content-type": "application/json", "cache-control": "no-store" },
};
const TSV_INIT = {
  headers: {
    "content-type": "text/tab-separated-values; charset=utf-8",
    "cache-control": "no-store",
  },
};

/**
 * A result as a response.
 *
 * @param echo The counting options as JSON.
 */
export function createResultResponse(
  result: JobResult,
  echo: string,
  output: OutputOptions,
  cut: Cut,
): Response {
  return output.format === "tsv"
    ? new Response(createBody(tsvBlocks(result, cut)), TSV_INIT)
    : new Response(createBody(jsonBlocks(result, echo, cut)), JSON_INIT);
}

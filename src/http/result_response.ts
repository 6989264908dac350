import type { JobResult } from "../engine/types.ts";
import type { OutputOptions } from "../options.ts";
import { createBody } from "../output/block_writer.ts";
import { jsonBlocks } from "../output/json.ts";
import type { Cut } from "../output/selection.ts";
import { tsvBlocks } from "../output/tsv.ts";
import { FileSegment } from "../reduce/file_segment.ts";

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
 * A result as a response, which owns the segment from here on.
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
    ? new Response(createBody(closing(tsvBlocks(result, cut), result)), TSV_INIT)
    : new Response(createBody(closing(jsonBlocks(result, echo, cut), result)), JSON_INIT);
}

type Blocks = Generator<Uint8Array<ArrayBuffer>>;

/** Closes the segment behind the last block, or when nobody wants more; in memory it need not. */
function closing(blocks: Blocks, { segment }: JobResult): Blocks {
  return segment instanceof FileSegment ? closeBehind(blocks, segment) : blocks;
}

function* closeBehind(blocks: Blocks, segment: FileSegment): Blocks {
  try {
    yield* blocks;
  } finally {
    segment.close();
  }
}

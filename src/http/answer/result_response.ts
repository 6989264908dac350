import type { JobResult } from "../../engine/job_contract.ts";
import type { Format, OutputOptions } from "../../contract/options.ts";
import { createBody, type OutputBlocks } from "../../output/body.ts";
import { closingSegment } from "../../output/closing.ts";
import { type DocumentParts, jsonText, totalsBlocks } from "../../output/json.ts";
import { resultBlocks } from "../../output/result_blocks.ts";
import type { Selection } from "../../output/selection.ts";
import { compress, isCompressible, negotiateCoding, refusesIdentity } from "./compression.ts";
import { MEDIA_TYPES } from "../../contract/media_types.ts";

const VARY = "accept, accept-encoding";

/** The headers of most answers, made once. */
const INITS = Object.fromEntries(
  Object.entries(MEDIA_TYPES).map(([format, media]) => {
    const headers: Record<string, string> = {
      "content-type": media,
      "cache-control": "no-store",
      "vary": VARY,
    };
    return [format, { headers }];
  }),
) as Record<Format, { headers: Record<string, string> }>;

/** How an answer looks, and its content type if that is not the format's own. */
export interface OutputForm extends OutputOptions {
  mediaType?: string;
}

/** A result, and the selection of it that an answer shows. */
export interface ResultAnswer {
  result: JobResult;
  selection: Selection;
  /** The members of a JSON document beside the counts, and how every format writes its rows. */
  parts: DocumentParts;
  output: OutputForm;
  /** Headers beside those of every answer; they win. */
  headers?: Record<string, string>;
}

/**
 * A result as a response: whole when it is small, or else streamed as the client takes it. The
 * response owns the segment from here on.
 */
export function createResultResponse(
  request: Request,
  answer: ResultAnswer,
): Response | Promise<Response> {
  const { format } = answer.output;
  if (format === "json" && isPlain(answer) && negotiateCoding(request) === undefined) {
    const text = jsonText(answer.result, answer.selection, answer.parts);
    if (text !== undefined) {
      answer.result.segment.close();
      return new Response(text, INITS.json);
    }
  }
  const blocks = resultBlocks(format, answer.result, answer.selection, answer.parts);
  if (!(blocks instanceof Promise)) return createResponse(request, answer, blocks);
  return blocks.then((made) => createResponse(request, answer, made));
}

/** Whether an answer has the headers of its format and no others. */
function isPlain({ output, headers }: Pick<ResultAnswer, "output" | "headers">): boolean {
  return output.download === "" && output.mediaType === undefined && headers === undefined;
}

/** The totals of a result and nothing else, as a response that owns the segment from here on. */
export function createTotalsResponse(
  request: Request,
  answer: Omit<ResultAnswer, "selection" | "parts">,
): Response {
  return createResponse(request, answer, totalsBlocks(answer.result));
}

/** The headers of an answer, for one without a body. */
export function resultHeaders({ output, headers }: Pick<ResultAnswer, "output" | "headers">) {
  const all = { ...INITS[output.format].headers, ...headers };
  if (output.mediaType !== undefined) all["content-type"] = output.mediaType;
  if (output.download !== "") all["content-disposition"] = formatAttachment(output.download);
  return all;
}

function createResponse(
  request: Request,
  answer: Omit<ResultAnswer, "selection" | "parts">,
  blocks: OutputBlocks,
): Response {
  const { output } = answer;
  const body = createBody(closingSegment(blocks, answer.result));
  const isCoded = isCompressible(body) || refusesIdentity(request);
  const coding = isCoded ? negotiateCoding(request) : undefined;
  if (coding === undefined && isPlain(answer)) {
    return new Response(body, INITS[output.format]);
  }
  const all = resultHeaders(answer);
  if (coding === undefined) return new Response(body, { headers: all });
  all["content-encoding"] = coding;
  return new Response(compress(body, coding), { headers: all });
}

/**
 * A part of an answer, as it is and never compressed (RFC 9110, 14.4).
 *
 * @param headers With the place and the length of the part.
 */
export function createPartResponse(
  answer: Pick<ResultAnswer, "result" | "output" | "headers">,
  blocks: OutputBlocks,
): Response {
  const headers = resultHeaders(answer);
  return new Response(createBody(closingSegment(blocks, answer.result)), { status: 206, headers });
}

/**
 * A name to save as (RFC 6266): in ASCII for old clients, and in full by RFC 8187. Folders and
 * controls have no place in it.
 */
function formatAttachment(name: string): string {
  // deno-lint-ignore no-control-regex
  const plain = name.replace(/[\x00-\x1f\x7f/\\]/g, "_");
  const ascii = plain.replace(/[^\x20-\x7e]/g, "_").replaceAll('"', "_").replaceAll("%", "_");
  const full = encodeURIComponent(plain)
    .replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${full}`;
}

import type { BodyOptions } from "../../contract/options.ts";
import { JobError } from "../../contract/problems.ts";
import { decodeContent, namesChunks, parseContentCodings } from "../../input/content_coding.ts";
import { Expansion } from "../../input/expansion.ts";
import type { SourceLimits } from "../../input/source.ts";
import { createContentLimits, type IntakeOptions } from "../../intake/intake_options.ts";
import { requireChunked } from "./message_framing.ts";
import { giveUp, lengthOf } from "./submission.ts";

type Body = ReadableStream<Uint8Array>;

/** How a body becomes the lines in it. */
interface BodyReading {
  /** The failure of reading it, such as `Cannot read the list`. */
  failure: string;
  /** @default {"none"} */
  decompress?: BodyOptions["decompress"];
  /** Sees the body on its way, as it comes. */
  tap?: (body: Body) => Body;
}

/**
 * Opens a body that is read here, and not by the engine: with its content codings undone.
 *
 * @returns The content, and the bounds that its reader has to keep.
 * @throws {JobError} `empty_body`, `unsupported_media`, `unknown_transfer_coding`.
 */
export function openSentBody(
  { headers, body }: Request,
  options: IntakeOptions,
  { failure, decompress = "none", tap = (body) => body }: BodyReading,
): { content: Body; limits: SourceLimits } {
  const encoding = headers.get("content-encoding") ?? "";
  const codings = parseContentCodings(encoding);
  const length = lengthOf(headers);
  if (length === undefined) requireChunked(headers);
  if (body === null || length === 0) {
    throw new JobError("empty_body", `${failure}: the request has no body`);
  }
  const limits = createContentLimits(options, giveUp)(length);
  const content = tap(body);
  const mayBeChunked = namesChunks(encoding);
  if (codings.length === 0 && decompress === "none" && !mayBeChunked) return { content, limits };
  const { maxExpandedBytes, maxRatio } = options;
  const expansion = new Expansion({ maxExpandedBytes, maxRatio });
  const decoding = { codings, decompress, mayBeChunked, expansion };
  return { content: decodeContent(content, decoding, limits), limits: {} };
}

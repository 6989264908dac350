import { JobError } from "../../contract/problems.ts";
import { formatOfMedia, refuseFormat } from "../../input/binary_formats.ts";
import { chunked } from "../../input/aws_chunks.ts";
import { namedCodings } from "../../input/content_coding.ts";
import type { Coding } from "../../input/decompressor.ts";
import type { BodyOptions } from "../../contract/options.ts";

/** What a body may be, for those who sent something else. */
const ALLOWED_MEDIA = [
  ...["text/*", "application/octet-stream", "application/json", "application/x-ndjson"],
  ...["application/x-www-form-urlencoded", "multipart/form-data"],
];

const NONE: readonly Coding[] = [];

/**
 * The codings that a message's headers name, and with `auto` its media type as well.
 *
 * @param encoding The content encoding.
 * @param type The content type.
 * @returns In the order in which they were applied.
 * @throws {JobError} `unsupported_media` if one is unknown, or what is inside them is no text.
 */
export function readCodings(
  encoding: string | null,
  type: string | null,
  { decompress }: Pick<BodyOptions, "decompress">,
): readonly Coding[] {
  const format = type === null ? undefined : formatOfMedia(type);
  if (encoding === null && format === undefined) return NONE;
  const codings = namedCodings({ encoding, type }, decompress);
  // Who says of one compression both that it is the type and that it is the coding means one.
  if (format === undefined || codings.includes(format.coding!)) return codings;
  throw refuseFormat({
    format,
    failure: `Cannot take the text out of media type '${type}'`,
    reason: `it is ${format.about}`,
    details: { header: "content-type", value: type, allowed: ALLOWED_MEDIA },
  });
}

const CHUNKED_LENGTH = "x-amz-decoded-content-length";
const CHUNKED_HASH = "x-amz-content-sha256";

/**
 * Refuses bodies of which the headers say that they are in chunks of `aws-chunked`, whatever
 * `Content-Encoding` says: those who speak to S3 put signatures between the bytes, and tell how
 * long the body is without them.
 *
 * @throws {JobError} `unsupported_media`.
 */
export function refuseChunkHeaders(headers: Headers): void {
  const length = headers.has(CHUNKED_LENGTH);
  const header = length ? CHUNKED_LENGTH : CHUNKED_HASH;
  if (!headers.has(header)) return;
  const value = headers.get(header)!.slice(0, 200);
  if (!length && !/^STREAMING-/i.test(value)) return;
  throw chunked(`'${header}' says that it is in some`, { header, value });
}

/**
 * Refuses transfer codings beside `chunked`, which the server has undone.
 *
 * Deno's server decodes `gzip, chunked` no further than the chunks, and says so in the header; what
 * does not end with `chunked` it refuses itself.
 *
 * @throws {JobError} `unknown_transfer_coding` (RFC 9112, section 6.1).
 */
export function requireChunked(headers: Headers): void {
  const coding = headers.get("transfer-encoding");
  if (coding === null || /^\s*chunked\s*$/i.test(coding)) return;
  const value = coding.slice(0, 200);
  throw new JobError(
    "unknown_transfer_coding",
    `Cannot read body: its transfer coding is '${value}', not 'chunked'; compression is a ` +
      "Content-Encoding",
    { details: { header: "transfer-encoding", value, allowed: ["chunked"] } },
  );
}

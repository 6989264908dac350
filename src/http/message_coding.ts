import { JobError } from "../errors.ts";
import { formatOfMedia, refuseFormat } from "../input/binary_formats.ts";
import { namedCodings } from "../input/content_coding.ts";
import type { Coding } from "../input/decompressor.ts";
import type { BodyOptions } from "../options.ts";

/** What a body may be, for those who sent something else. */
const ALLOWED_MEDIA = [
  ...["text/*", "application/octet-stream", "application/json", "application/x-ndjson"],
  ...["application/x-www-form-urlencoded", "multipart/form-data"],
];

const NONE: readonly Coding[] = [];

/**
 * The codings that a message's headers name, and with `auto` its media type as well.
 *
 * @param type The content type.
 * @returns In the order in which they were applied.
 * @throws {JobError} `unsupported_media` if one is unknown, or what is inside them is no text.
 */
export function readCodings(
  headers: Headers,
  type: string | null,
  { decompress }: Pick<BodyOptions, "decompress">,
): readonly Coding[] {
  const encoding = headers.get("content-encoding");
  const format = type === null ? undefined : formatOfMedia(type);
  if (encoding === null && format === undefined) return NONE;
  if (encoding !== null) refuseFraming(encoding, headers);
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

/**
 * Some stores and clients say `aws-chunked` of a body that is what it is; those who speak to S3
 * put chunks with signatures of their own around it, and tell what it is without them.
 */
function refuseFraming(encoding: string, headers: Headers): void {
  if (!/aws-chunked/i.test(encoding)) return;
  const isFramed = headers.has("x-amz-decoded-content-length") ||
    headers.get("x-amz-content-sha256")?.startsWith("STREAMING-");
  if (!isFramed) return;
  throw new JobError(
    "unsupported_media",
    "Cannot decode content encoding 'aws-chunked': its chunks are not taken out of the body; " +
      "send the body as it is",
    { details: { header: "content-encoding", value: encoding.slice(0, 200) } },
  );
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

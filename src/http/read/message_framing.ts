import { JobError } from "../../contract/problems.ts";
import { chunked } from "../../input/aws_chunks.ts";

const CHUNKED_LENGTH = "x-amz-decoded-content-length";
const CHUNKED_HASH = "x-amz-content-sha256";

/**
 * Refuses bodies of which the headers say that they are in chunks of `aws-chunked`, whatever
 * `Content-Encoding` says: clients of S3 put signatures between the bytes, and tell how long the
 * body is without them.
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

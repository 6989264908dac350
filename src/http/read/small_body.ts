import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import { readWhole } from "../../input/byte_stream.ts";
import { createContentLimits, type IntakeOptions } from "../../intake/intake_options.ts";
import { requireChunked } from "./message_framing.ts";
import { giveUp, lengthOf } from "./submission.ts";

/**
 * Reads a body that is small, whole.
 *
 * @param tooLarge Makes the failure of a body that exceeds the limit.
 * @throws {JobError} That, `unsupported_media`, `unknown_transfer_coding`, `read_timeout` or
 * `body_aborted`.
 */
export async function readSmallBody(
  request: Request,
  options: IntakeOptions,
  maxBytes: number,
  tooLarge: (bytes: string, limit: number) => JobError,
): Promise<Uint8Array<ArrayBuffer>> {
  const { headers, body } = request;
  requirePlain(headers);
  const length = lengthOf(headers);
  if (length === undefined) requireChunked(headers);
  else if (length > maxBytes) throw tooLarge(`${length} bytes`, maxBytes);
  if (body === null) return new Uint8Array(0);
  const limits = createContentLimits({ ...options, maxBodyBytes: maxBytes }, giveUp)(length);
  try {
    return (await readWhole(body, limits, maxBytes)).slice();
  } catch (error) {
    const isTooLarge = error instanceof JobError && error.code === "body_too_large";
    throw isTooLarge ? tooLarge("its bytes", maxBytes) : error;
  }
}

/** @throws {JobError} `unsupported_media` for a compressed body: these are small anyway. */
function requirePlain(headers: Headers): void {
  const coding = headers.get("content-encoding");
  if (coding === null || /^\s*(?:identity)?\s*$/i.test(coding)) return;
  throw new JobError(
    "unsupported_media",
    `Cannot read body: its content coding is '${shorten(coding)}', and only plain bytes are taken`,
    { details: { header: "content-encoding", value: shorten(coding), allowed: ["identity"] } },
  );
}

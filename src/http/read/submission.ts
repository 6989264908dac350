import { applyMediaCharset } from "../../intake/media_charset.ts";
import { Fingerprint } from "../../intake/fingerprint.ts";
import type { GiveUp } from "../../intake/intake_options.ts";
import type { KernelChoice } from "../../contract/kernel_manifest.ts";
import type { Submission } from "../../intake/submission.ts";
import { linger } from "../door/linger.ts";
import { refuseChunkHeaders, requireChunked } from "./message_framing.ts";
import { type CountQuery, queryText } from "./query.ts";

/**
 * What a request hands in to be counted.
 *
 * @param query With the content type applied.
 * @param kernel The kernel that makes the keys. @default {the built-in one}
 * @param complete Adds the lists that the content brings. @default {nobody asks for them}
 * @throws {JobError} `unknown_transfer_coding`. Reading the content may throw `unsupported_media`.
 */
export function readSubmission(
  request: Request,
  { count, body, output }: Pick<CountQuery, "count" | "body" | "output">,
  kernel?: KernelChoice,
  complete?: Submission["complete"],
): Submission {
  const { headers } = request;
  const length = lengthOf(headers);
  if (length === undefined) requireChunked(headers);
  return {
    count,
    body,
    output,
    kernel,
    mediaType: headers.get("content-type") ?? undefined,
    codings: headers.get("content-encoding") ?? undefined,
    content: request,
    length,
    complete,
    refuseFraming: () => refuseChunkHeaders(headers),
  };
}

/**
 * The query, with the charset that the content type names unless the query names one.
 *
 * @throws {JobError} `unknown_charset`.
 */
export function applyContentType(request: Request, query: CountQuery): CountQuery {
  const type = request.headers.get("content-type");
  if (type === null || query.namesCharset) return query;
  const count = applyMediaCharset(query.count, type);
  return count === query.count ? query : { ...query, count, echoes: {} };
}

/** Takes over the rest of an upload whose request is refused. */
export const giveUp: GiveUp = (rest, length) => linger.take(rest, length);

/** Bytes of a body, where its headers declare them. */
export function lengthOf(headers: Headers): number | undefined {
  const length = headers.get("content-length");
  return length === null ? undefined : Number(length);
}

/**
 * What tells one request to count from another: the query, the headers that decide how the body is
 * read, and the body, which is yet to be added. Stores keep these fingerprints, so that a client's
 * second try may meet another release: what is in them stays as it is.
 */
export function beginFingerprint({ url, headers }: Request): Fingerprint {
  const kept: Record<string, string> = {};
  for (const name of ["content-type", "content-encoding"]) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return new Fingerprint([queryText(url), kept]);
}

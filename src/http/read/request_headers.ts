import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";

/** Enough for the drafts' examples, and far below the longest header. */
const MOST_KEY_CHARS = 255;

/** A structured field's string (RFC 9651): printable ASCII in quotes, of which two are escaped. */
const QUOTED_KEY = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** Many clients leave the quotes out. */
const BARE_KEY = /^[!#-[\]-~]+$/;

/**
 * The client's name for a request (draft-ietf-httpapi-idempotency-key-header), if it gives one.
 *
 * @throws {JobError} `invalid_header`.
 */
export function readIdempotencyKey({ headers }: Request): string | undefined {
  const text = headers.get("idempotency-key");
  if (text === null) return undefined;
  const quoted = QUOTED_KEY.exec(text)?.[1].replace(/\\(.)/g, "$1");
  const key = quoted ?? (BARE_KEY.test(text) ? text : "");
  if (key.length > 0 && key.length <= MOST_KEY_CHARS) return key;
  const allowed = `1 to ${MOST_KEY_CHARS} printable ASCII characters in quotes`;
  throw new JobError(
    "invalid_header",
    `Cannot read Idempotency-Key: '${shorten(text)}' is not ${allowed}`,
    { details: { header: "idempotency-key", value: shorten(text), allowed } },
  );
}

/**
 * Refuses a name beside the id that names the request already: which of the two would count when
 * one of them comes again?
 *
 * @throws {JobError} `invalid_header`.
 */
export function refuseIdempotencyKey({ headers }: Request): void {
  const value = headers.get("idempotency-key");
  if (value === null) return;
  throw new JobError(
    "invalid_header",
    "Cannot use Idempotency-Key: the id of a job that is PUT names the request already",
    { details: { header: "idempotency-key", value: shorten(value), allowed: "no such header" } },
  );
}

/**
 * How many seconds the client prefers to wait for an answer (RFC 7240): a preference that cannot
 * be read is none.
 */
export function readPreferredWait({ headers }: Request): number | undefined {
  for (const preference of headers.get("prefer")?.split(",") ?? []) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(;|$)/i.exec(preference)?.[1];
    if (seconds !== undefined) return Number(seconds);
  }
  return undefined;
}

/**
 * Refuses a `PUT` of a part: its bytes would be counted as if they were the whole (RFC 9110,
 * section 14.5), as those of `curl -C 5 -T file` would.
 *
 * @throws {JobError} `invalid_header`.
 */
export function requireWhole({ headers }: Request): void {
  const range = headers.get("content-range");
  if (range === null) return;
  const value = shorten(range);
  throw new JobError(
    "invalid_header",
    `Cannot count a part: Content-Range says '${value}', and only a whole body can be sent`,
    { details: { header: "content-range", value, allowed: "no Content-Range" } },
  );
}

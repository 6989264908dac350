import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import { ifMatch, ifNoneMatch } from "./std_http.ts";

/** The entity tags of a result, as it is sent and under the other codings. */
export interface Tags {
  etag: string;
  others: readonly string[];
}

/**
 * Whether the client has the result already, by the conditions of its request in the order of
 * RFC 9110, 13.2.2. Entity tags outrank dates; dates that cannot be read are ignored.
 *
 * A tag of the result under another coding names the same result: answers to HEAD and to ranges are
 * not compressed, and clients repeat the tags that they saw there.
 *
 * @param tags Strong ones.
 * @param modified When the result was made, in milliseconds.
 * @throws {JobError} `precondition_failed` if the client means another result.
 */
export function isKnown(
  { headers }: Request,
  { etag, others }: Tags,
  modified: number,
): boolean {
  const tags = [etag, ...others];
  const match = headers.get("if-match");
  if (match !== null) {
    if (!tags.some((tag) => ifMatch(match, tag))) throw preconditionFailed("if-match", match, etag);
  } else {
    const since = headers.get("if-unmodified-since");
    if (since !== null && toSeconds(modified) > toSeconds(Date.parse(since))) {
      throw preconditionFailed("if-unmodified-since", since, etag);
    }
  }
  const noneMatch = headers.get("if-none-match");
  if (noneMatch !== null) return !tags.every((tag) => ifNoneMatch(noneMatch, tag));
  const since = headers.get("if-modified-since");
  return since !== null && toSeconds(modified) <= toSeconds(Date.parse(since));
}

/** HTTP's dates are no finer than seconds. */
function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function preconditionFailed(header: string, given: string, etag: string): JobError {
  const value = shorten(given);
  return new JobError(
    "precondition_failed",
    `Cannot answer under ${header} ${value}: it is ${etag}`,
    {
      details: { header, value, etag },
    },
  );
}

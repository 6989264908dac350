import { type ErrorCode, JobError } from "../../contract/problems.ts";

/** A failure after which asking again may help; the others are JobErrors. */
export class Interruption extends Error {
  override readonly name = "Interruption";
}

/**
 * What of a URL may be shown: no credentials, no fragment, and not all of a long one. In keys of
 * object stores and in paths # is a character as any other.
 */
export function showUrl(url: URL | string): string {
  const bare = String(url).replace(/^(\w+:\/\/)[^/?#]*@/, "$1");
  return bare.replace(/^(https?:[^#]*)#.*$/is, "$1").slice(0, 500);
}

/** What an error is of: a URL, or one that has another name for people. */
export type Named = URL | string | { url: URL; name?: string };

/** What errors call it. */
export function nameOf(named: Named): string {
  if (typeof named === "string" || named instanceof URL) return showUrl(named);
  return named.name ?? showUrl(named.url);
}

/** @param details Such as the `remoteStatus`, or the `offset` that was reached. */
export function urlFailed(
  named: Named,
  reason: string,
  details: Record<string, unknown> = {},
  cause?: unknown,
): JobError {
  return inputError("url_failed", named, reason, details, cause);
}

/**
 * The refusal to read a URL.
 *
 * @param reason Why, as the client may learn it.
 */
export function urlRefused(named: Named, reason: string): JobError {
  return inputError("url_refused", named, reason);
}

/** The failure of a job whose input is another one than when it was begun. */
export function inputChanged(named: Named, details: Record<string, unknown>): JobError {
  return inputError("input_changed", named, "it changed while it was read", details);
}

/** An error of what cannot be read, which its member `url` names. */
export function inputError(
  code: ErrorCode,
  named: Named,
  reason: string,
  details: Record<string, unknown> = {},
  cause?: unknown,
): JobError {
  const url = nameOf(named);
  return new JobError(code, `Cannot read '${url}': ${reason}`, {
    cause,
    details: { url, ...details },
  });
}

import { JobError } from "../../contract/problems.ts";

/** A failure after which asking again may help; the others are JobErrors. */
export class Interruption extends Error {
  override readonly name = "Interruption";
}

/** What of a URL may be shown: no credentials, no fragment, and not all of a long one. */
export function showUrl(url: URL | string): string {
  return String(url).replace(/^(\w+:\/\/)[^/?#]*@/, "$1").replace(/#.*$/s, "").slice(0, 500);
}

/** @param details Such as the `remoteStatus`, or the `offset` that was reached. */
export function urlFailed(
  url: URL,
  reason: string,
  details: Record<string, unknown> = {},
  cause?: unknown,
): JobError {
  const shown = showUrl(url);
  return new JobError("url_failed", `Cannot read '${shown}': ${reason}`, {
    cause,
    details: { url: shown, ...details },
  });
}

/**
 * The refusal to read a URL.
 *
 * @param reason Why, as the client may learn it.
 */
export function urlRefused(url: URL | string, reason: string): JobError {
  const shown = showUrl(url);
  return new JobError("url_refused", `Cannot read '${shown}': ${reason}`, {
    details: { url: shown },
  });
}

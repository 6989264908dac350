import type { ApiKeyRing } from "../../access/api_key_ring.ts";
import { type ErrorCode, JobError } from "../../contract/problems.ts";
import type { Caller } from "./caller.ts";

/** The challenge in a refusal (RFC 6750, section 3), by the refusal's code. */
const CHALLENGES: Partial<Record<ErrorCode, string>> = {
  missing_key: 'Bearer realm="millrace"',
  invalid_key: 'Bearer realm="millrace", error="invalid_token"',
  missing_right: 'Bearer realm="millrace", error="insufficient_scope"',
};

/** The `WWW-Authenticate` that belongs to a refusal; most have none. */
export function challengeOf(code: ErrorCode): string | undefined {
  return CHALLENGES[code];
}

const BEARER = /^bearer +(\S+) *$/i;

/**
 * Finds the caller by the key in `Authorization: Bearer`. The server looks for no key in the query
 * or the body: addresses end up in logs.
 *
 * @throws {JobError} `missing_key` or `invalid_key`.
 */
export function identify(request: Request, keys: ApiKeyRing): Caller {
  const header = request.headers.get("authorization");
  const token = header === null ? undefined : BEARER.exec(header)?.[1];
  if (token === undefined) {
    throw new JobError("missing_key", "Cannot answer without an API key", {
      details: { header: "authorization", allowed: "Bearer <key>" },
    });
  }
  return keys.verify(token);
}

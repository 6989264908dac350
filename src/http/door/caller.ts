import type { ApiKeyHolder } from "../../access/api_key_ring.ts";
import { JobError } from "../../contract/problems.ts";
import { type Right, RIGHTS } from "../../contract/rights.ts";

/** The tenant that a request comes from, and its rights; with its key, where there are keys. */
export interface Caller extends Partial<Pick<ApiKeyHolder, "id" | "name" | "expiresAt">> {
  /** The tenant owns the jobs that the caller sees; undefined where there are no keys. */
  readonly tenant: string | undefined;
  /** What it may do. */
  readonly rights: readonly Right[];
}

/** The caller of every request where there are no keys. */
export const ANYBODY: Caller = Object.freeze({ tenant: undefined, rights: RIGHTS });

/** A caller without a key where keys are needed: it may use public paths only. */
export const STRANGER: Caller = Object.freeze({ tenant: undefined, rights: [] });

/** @throws {JobError} `missing_right`. */
export function checkRight(caller: Caller, right: Right): void {
  if (caller.rights.includes(right)) return;
  throw new JobError(
    "missing_right",
    `Cannot do this with the key: it lacks the right '${right}'`,
    { details: { right } },
  );
}

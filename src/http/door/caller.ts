import { type Right, RIGHTS } from "../../access/api_key_terms.ts";
import { JobError } from "../../contract/problems.ts";

/** On whose behalf a request comes. */
export interface Caller {
  /** Whose jobs it may see and whose share it uses; none where everybody may do everything. */
  readonly tenant: string | undefined;
  /** What it may do. */
  readonly rights: readonly Right[];
}

/** The caller where nobody is asked who they are. */
export const ANYBODY: Caller = Object.freeze({ tenant: undefined, rights: RIGHTS });

/** The caller who showed no key where keys are asked for: public paths are all there is to see. */
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

import { JobError } from "../contract/problems.ts";

/** @param option What is in the way. */
export function notScorable(
  option: string,
  reason: string,
  value: unknown,
  allowed: unknown,
): JobError {
  return new JobError("not_scorable", `Cannot score pairs of the job: ${reason}`, {
    details: { option, value, allowed },
  });
}

/** A key that cannot be taken apart: its words were handed in as they are, or in a list. */
export function oddPair(): JobError {
  const allowed = "two words with one blank between them";
  return notScorable("key", `a key is not ${allowed}`, null, allowed);
}

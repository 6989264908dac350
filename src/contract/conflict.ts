import { JobError } from "./problems.ts";

/** An option that cannot do what it says, beside another one. */
export interface Conflict {
  parameter: string;
  value: unknown;
  /** The option that is in its way, or that is missing. */
  other: string;
  /** The rest of `Cannot use 'parameter': …`. */
  reason: string;
  /** What would be allowed. */
  allowed: unknown;
  /** A list without which it has no effect, and which the body may bring yet. */
  lacks?: string;
}

/** Finds one kind of conflict. */
export type ConflictRule<Asked extends unknown[]> = (
  ...asked: Asked
) => Conflict | undefined | false;

/** What the first rule finds that finds something. */
export function findFirst<Asked extends unknown[]>(
  rules: readonly ConflictRule<Asked>[],
  ...asked: Asked
): Conflict | undefined {
  for (const rule of rules) {
    const conflict = rule(...asked);
    if (conflict) return conflict;
  }
}

/**
 * The first of some options that is not what it is unless it is said. A default value is no conflict
 * anywhere, so that a client may always send all of them.
 *
 * @param defaults Of the options that are looked at.
 */
export function findSaid<Name extends string>(
  options: Readonly<Record<NoInfer<Name>, unknown>>,
  defaults: Readonly<Record<Name, unknown>>,
): Name | undefined {
  return (Object.keys(defaults) as Name[])
    .find((name) => String(options[name]) !== String(defaults[name]));
}

/** The refusal of an option. @param more Members of the problem. */
export function conflictError(
  { parameter, value, other, reason, allowed }: Conflict,
  more: Readonly<Record<string, unknown>> = {},
): JobError {
  return new JobError("invalid_parameter", `Cannot use '${parameter}': ${reason}`, {
    details: { parameter, value, other, allowed, ...more },
  });
}

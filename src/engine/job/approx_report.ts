import type { ApproxReport } from "../../contract/documents.ts";
import type { LeftKeys } from "../../shared/approx_page.ts";
import { STANDARD_ERROR } from "../../shared/hyperloglog.ts";

/** What is said of a count that could lose keys and has lost none. */
export const NOTHING_LEFT: ApproxReport = Object.freeze({ bound: 0, keysError: 0 });

/** How far a result may be from the truth. */
export function approxReport({ purges, bound }: Pick<LeftKeys, "purges" | "bound">): ApproxReport {
  return purges === 0 ? NOTHING_LEFT : { bound, keysError: STANDARD_ERROR };
}

/**
 * How many keys a job has seen.
 *
 * @param distinct Those that its tables have held to the end.
 */
export function seenKeys(
  distinct: number,
  left: Pick<LeftKeys, "purges" | "keys"> | undefined,
): number {
  return left === undefined || left.purges === 0 ? distinct : Math.max(left.keys, distinct);
}

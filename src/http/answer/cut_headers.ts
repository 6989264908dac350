import type { JobResult } from "../../engine/job_contract.ts";

/**
 * Headers that say how many keys an answer of rows shows, and how the result is divided; a JSON
 * document has members for it.
 *
 * @param shown How many keys the answer shows; undefined if that is not known.
 */
export function createCutHeaders(
  { totals, partition }: Pick<JobResult, "totals" | "partition">,
  shown?: number,
): Record<string, string> {
  return {
    "total-keys": String(totals.keys),
    ...(partition && {
      "partition": partition.kind,
      "partition-keys": partition.keys.join(", "),
    }),
    ...(shown !== undefined && { "shown-keys": String(shown) }),
  };
}

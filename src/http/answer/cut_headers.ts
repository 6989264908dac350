import type { Totals } from "../../engine/job_contract.ts";

/**
 * Headers that say how many keys an answer of rows shows; a JSON document has members for it.
 *
 * @param shown How many keys the answer shows; undefined if that is not known.
 */
export function createCutHeaders({ keys }: Totals, shown?: number): Record<string, string> {
  return {
    "total-keys": String(keys),
    ...(shown !== undefined && { "shown-keys": String(shown) }),
  };
}

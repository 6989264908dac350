import type { Totals } from "../../engine/job_contract.ts";

/**
 * What an answer of rows alone says of its cut, as a JSON document says it in its members.
 *
 * @param shown How many keys the answer shows, where that is known.
 */
export function createCutHeaders({ keys }: Totals, shown?: number): Record<string, string> {
  return {
    "total-keys": String(keys),
    ...(shown !== undefined && { "shown-keys": String(shown) }),
  };
}

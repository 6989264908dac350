import type { JobResult } from "../../engine/job_contract.ts";

/**
 * Headers that say how many keys an answer of rows shows, how the result is divided, and what has
 * become of records, and how far counts may be off; a JSON document has members for it.
 *
 * @param shown How many keys the answer shows; undefined if that is not known.
 */
export function createCutHeaders(
  { totals, approx, partition, records }: Pick<
    JobResult,
    "totals" | "approx" | "partition" | "records"
  >,
  shown?: number,
): Record<string, string> {
  return {
    "total-keys": String(totals.keys),
    ...(approx && {
      "count-bound": String(approx.bound),
      "total-keys-error": String(approx.keysError),
    }),
    ...(partition && {
      "partition": partition.kind,
      "partition-keys": partition.keys.join(", "),
    }),
    ...(records && {
      "total-records": String(records.records),
      "missing-keys": String(records.missing),
      "not-numbers": String(records.notNumbers),
      "skipped-records": String(records.skipped),
    }),
    ...(shown !== undefined && { "shown-keys": String(shown) }),
  };
}

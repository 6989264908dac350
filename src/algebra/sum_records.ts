import { MOST_SKIPPED_AT } from "../../assembly/records/plan_layout.ts";
import type { RecordReport, ResultReport } from "../contract/documents.ts";
import { addExactly } from "./overflow.ts";

/**
 * What results say of the records of their texts, together. Broken records begin where they would if
 * the texts stood one behind the other.
 *
 * @returns Nothing where no result came of records.
 * @throws {JobError} `value_overflow`.
 */
export function sumRecords(
  results: readonly Pick<ResultReport, "records" | "totals">[],
  weights: readonly number[],
): RecordReport | undefined {
  if (results.every(({ records }) => records === undefined)) return undefined;
  const sumOf = (name: Exclude<keyof RecordReport, "skippedAt">) => {
    const numbers = results.map(({ records }) => records?.[name] ?? 0);
    return addExactly(`the sum of '${name}'`, numbers, weights);
  };
  let before = 0;
  const skippedAt = results.flatMap(({ records, totals: { bytes } }) => {
    const start = before;
    before += bytes;
    return records?.skippedAt.map((at) => start + at) ?? [];
  });
  return {
    records: sumOf("records"),
    missing: sumOf("missing"),
    notNumbers: sumOf("notNumbers"),
    skipped: sumOf("skipped"),
    skippedAt: skippedAt.slice(0, MOST_SKIPPED_AT),
  };
}

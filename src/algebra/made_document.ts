import type { ComparedResult } from "../contract/documents.ts";
import { shownId } from "../store/client_id.ts";
import type { KeptResult } from "../store/job_record.ts";

/** A result of counts that rows are made of, as documents name it. */
export function describeResult(
  { record, result: { totals: { keys, counted } } }: KeptResult,
): ComparedResult {
  return { id: shownId(record), keys, counted: counted! };
}

/** A document of JSON up to its first row. @param members What it says before its rows. */
export function headOf(members: object): string {
  return `${JSON.stringify(members).slice(0, -1)},"rows":[`;
}

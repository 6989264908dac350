import type { KeptResult } from "../store/job_record.ts";
import { collocationColumns, type Scoring } from "./collocator.ts";
import type { ComparisonForm } from "./comparison_form.ts";
import { describeResult, headOf } from "./made_document.ts";

/** How scored pairs of a result are written. */
export function formOfPairs(of: KeptResult, { score, min }: Scoring): ComparisonForm {
  return {
    style: { number: "count", more: collocationColumns(of.result.totals.counted!) },
    head: headOf({ job: describeResult(of), score, min }),
  };
}

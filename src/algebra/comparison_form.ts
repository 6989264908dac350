import type { RowStyle } from "../output/row_style.ts";
import type { KeptResult } from "../store/job_record.ts";
import { comparedColumns } from "./compared_records.ts";
import type { Comparison } from "./comparer.ts";
import { describeResult, headOf } from "./made_document.ts";
import type { Sizes } from "./measures.ts";

/** How a comparison is written, beside its keys. */
export interface ComparisonForm {
  /** Its rows, in all formats. */
  style: Pick<RowStyle, "number" | "more">;
  /** The document of JSON up to its first row. */
  head: string;
}

/** How the comparison of two results is written. */
export function formOf(
  a: KeptResult,
  b: KeptResult,
  sizes: Sizes,
  { measure, side }: Comparison,
): ComparisonForm {
  return {
    style: { number: "countA", more: comparedColumns(sizes, measure) },
    head: headOf({ a: describeResult(a), b: describeResult(b), measure, in: side }),
  };
}

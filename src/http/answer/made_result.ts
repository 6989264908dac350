import { COUNT_PARAMETERS, DEFAULT_OUTPUT_OPTIONS } from "../../contract/options.ts";
import type { Segment } from "../../reduce/segment.ts";
import type { KeptResult } from "../../store/job_record.ts";
import type { MadeResult, StoredResult } from "./result_view.ts";

/**
 * What is made of a result, in its place: the largest number first, and all of it, whatever the job
 * shows of its own result.
 */
export function inPlaceOf(
  { record, result }: KeptResult,
  segment: Segment,
  made: MadeResult,
): StoredResult {
  return {
    record: {
      ...record,
      options: {
        ...record.options,
        top: COUNT_PARAMETERS.top.default,
        min: 0, // also of what is not in the result
        max: 0,
        prefix: "",
        order: "value",
      },
      output: DEFAULT_OUTPUT_OPTIONS,
    },
    result: { ...result, segment, totals: { ...result.totals, keys: segment.keys } },
    made,
  };
}

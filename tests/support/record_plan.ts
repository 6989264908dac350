import type { RecordPlan } from "../../src/records/record_plan.ts";

/** A plan by which keys are counted; what else a test or a benchmark asks for is added. */
export function countPlan(
  records: string,
  keys: RecordPlan["keys"],
  delimiter = ",",
): RecordPlan {
  return { records, delimiter, keys, output: "windows", where: [], onError: "fail" };
}

/** Column `index` of a row, from 1. */
export const column = (index: number) => ({ kind: "column", index }) as const;

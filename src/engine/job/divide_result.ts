import { type CountOptions, isLargestFirst } from "../../contract/options.ts";
import { areWide } from "../../contract/result_values.ts";
import { encodeBorders, indexPartitions } from "../../reduce/range_partition.ts";
import type { JobResult } from "../job_contract.ts";

/** Whether a job was told where to divide its keys. */
export function hasBorders({ partition }: CountOptions): boolean {
  return partition === "range";
}

/** A result that says where its keys are divided by the borders of its job. */
export async function divideResult(
  result: JobResult,
  { borders, order }: CountOptions,
): Promise<JobResult> {
  const terms = { byKey: !isLargestFirst(order), areWide: areWide(result.values) };
  const { keys, starts } = await indexPartitions(result.segment, encodeBorders(borders), terms);
  return {
    ...result,
    partition: { kind: "range", borders, keys },
    ...(starts && { partStarts: starts }),
  };
}

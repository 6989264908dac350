import { type CountOptions, isLargestFirst } from "../../contract/options.ts";
import { encodeBorders, indexPartitions } from "../../reduce/range_partition.ts";
import { tailBytesOf } from "../../reduce/value_tails.ts";
import type { JobResult } from "../job_contract.ts";

/** Whether a job was told where to divide its keys. */
export function hasBorders({ partition }: CountOptions): boolean {
  return partition === "range";
}

/**
 * A result that says where its keys are divided by the borders of its job: those that `top` and
 * `min` have left, so who tells all keys of each partition asks for all (`askForAll`). If that fails,
 * nothing of it is left.
 *
 * @param throwIfFailed Throws if the job has failed meanwhile. @default {it has not}
 */
export async function divideResult(
  result: JobResult,
  { borders, order }: CountOptions,
  throwIfFailed: () => void = () => {},
): Promise<JobResult> {
  const { segment, values } = result;
  const terms = { byKey: !isLargestFirst(order), tailBytes: tailBytesOf(values) };
  try {
    const { keys, counted, starts } = await indexPartitions(segment, encodeBorders(borders), terms);
    throwIfFailed();
    const sums = values === undefined && { counted };
    const partition = { kind: "range", borders, keys, ...sums } as const;
    return { ...result, partition, ...(starts && { partStarts: starts }) };
  } catch (error) {
    segment.close();
    throw error;
  }
}

import { askForAll } from "../../contract/all_keys.ts";
import type { CountOptions } from "../../contract/options.ts";
import { haveLeast } from "../../contract/result_values.ts";
import type { JobResult } from "../../engine/job_contract.ts";
import { openResultRecords } from "../../output/result_records.ts";
import { Selection } from "../../output/selection.ts";
import { countShown } from "../../output/shown.ts";

/** What the engine is asked for: a result that is divided tells all keys of each partition. */
export function askFor(count: CountOptions): CountOptions {
  return count.partition === "range" ? askForAll(count) : count;
}

/** The rows of an answer; the engine has applied `prefix` already, and what `askFor` has left. */
export function selectRows(
  { segment, values, partition }: JobResult,
  { top, min, order }: CountOptions,
): Selection {
  const records = openResultRecords(segment, values);
  if (partition === undefined) return new Selection(records, { top: 0, min: 0, order });
  return new Selection(records, { top, min: haveLeast(values) ? min : 0, order });
}

/** How many rows `selectRows` will show; undefined if counting them would pass over too many. */
export async function countRows(
  result: JobResult,
  count: CountOptions,
): Promise<number | undefined> {
  const { segment: { keys }, partition } = result;
  if (partition === undefined) return keys;
  if (count.min > 1) return await countShown(selectRows(result, count));
  return count.top === 0 ? keys : Math.min(count.top, keys);
}

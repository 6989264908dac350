import { askForAll } from "../contract/all_keys.ts";
import {
  completeCountOptions,
  type CountOptions,
  DEFAULT_COUNT_OPTIONS,
} from "../contract/options.ts";
import { haveLeast } from "../contract/result_values.ts";
import type { JobResult } from "../engine/job_contract.ts";
import { openResultRecords } from "./result_records.ts";
import { Selection } from "./selection.ts";
import { countShown } from "./shown.ts";

/** What the engine is asked for: a result that is divided tells all keys of each partition. */
export function askFor(count: CountOptions): CountOptions {
  return count.partition === "range" ? askForAll(count) : count;
}

/**
 * Options of the same count whose result has one key at most, so that next to none is put in order.
 * The totals are those of all keys.
 *
 * @param mayBeOfValues Whether a kernel may emit values, which have no least one.
 */
export function askForTotals(count: CountOptions, mayBeOfValues: boolean): CountOptions {
  const { partition, borders, min } = DEFAULT_COUNT_OPTIONS;
  const least = mayBeOfValues ? min : Number.MAX_SAFE_INTEGER;
  return completeCountOptions({ ...count, top: 1, min: least, partition, borders });
}

/** The rows of an answer; the engine has applied `prefix` already, and what `askFor` has left. */
export function selectRows(
  { segment, values, partition }: JobResult,
  { top, min, max, order }: CountOptions,
): Selection {
  const records = openResultRecords(segment, values);
  if (partition === undefined) return new Selection(records, { top: 0, min: 0, order });
  const bounds = haveLeast(values) ? { min, max } : { min: 0 };
  return new Selection(records, { top, ...bounds, order });
}

/** How many rows `selectRows` will show; undefined if counting them would pass over too many. */
export async function countRows(
  result: JobResult,
  count: CountOptions,
): Promise<number | undefined> {
  const { segment: { keys }, partition } = result;
  if (partition === undefined) return keys;
  if (count.min > 1 || count.max > 0) return await countShown(selectRows(result, count));
  return count.top === 0 ? keys : Math.min(count.top, keys);
}

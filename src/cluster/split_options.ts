import { askForAll } from "../contract/all_keys.ts";
import type { CountOptions } from "../contract/options.ts";

/** The options of a split: all of its keys, in the order in which lists of many are merged. */
export function splitOptions(count: CountOptions): CountOptions {
  return { ...askForAll(count), order: "key" };
}

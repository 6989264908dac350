import { completeCountOptions, type CountOptions } from "./options.ts";

/** The same job of all keys: `top`, `min`, `max` and `group` are what its readers show. */
export function askForAll(count: CountOptions): CountOptions {
  // What a group is shown by is known once all of its forms are counted.
  const prefix = count.group === "" ? count.prefix : "";
  return completeCountOptions({ ...count, top: 0, min: 1, max: 0, prefix, group: "" });
}

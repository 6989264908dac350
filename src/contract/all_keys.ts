import { completeCountOptions, type CountOptions } from "./options.ts";

/** The same job of all keys: `top`, `min` and `max` are what its readers show. */
export function askForAll(count: CountOptions): CountOptions {
  return completeCountOptions({ ...count, top: 0, min: 1, max: 0 });
}

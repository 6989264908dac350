import type { CountOptions } from "../contract/options.ts";
import type { EncodedFilters } from "../shared/job_terms.ts";

// Apart from filters.ts, since a count without filters starts sooner if it loads nothing for them.

const NONE = new Uint8Array(0);

/** Every key is counted. */
export const NO_FILTERS: EncodedFilters & { readonly words: readonly string[] } = Object.freeze({
  prefix: NONE,
  stopWords: NONE,
  words: [],
});

/** Whether some keys are left out by what they are. */
export function hasFilters({ prefix, stop, stopWords }: CountOptions): boolean {
  return prefix !== "" || stop.length > 0 || stopWords.length > 0;
}

import type { CountOptions } from "../../contract/options.ts";
import type { CountTerms } from "../../shared/job_terms.ts";
import type { JobFilters } from "../filters.ts";
import { encodeFlags, encodeTerms, stopsTokens } from "../job/encode_terms.ts";

/** What is counted, and how, as kernels read it. */
export interface InlineJob {
  readonly terms: CountTerms;
  /** FLAG_* bits. */
  readonly flags: number;
  readonly filters: JobFilters;
}

/** @param options With nothing left open: see `settleOptions`. */
export function encodeInlineJob(options: CountOptions, filters: JobFilters): InlineJob {
  const flags = encodeFlags(options, stopsTokens(options, filters));
  return { terms: encodeTerms(options), flags, filters };
}

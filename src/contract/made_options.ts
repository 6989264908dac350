import { COUNT_PARAMETERS, OUTPUT_PARAMETERS } from "./options.ts";
import { PAGE_PARAMETERS } from "./page_options.ts";
import type { Parameter } from "./parameters.ts";

/** What is shown of rows that are made of results, and how. */
export const MADE_PARAMETERS = {
  top: COUNT_PARAMETERS.top,
  prefix: COUNT_PARAMETERS.prefix,
  format: OUTPUT_PARAMETERS.format,
  download: OUTPUT_PARAMETERS.download,
  csvBom: OUTPUT_PARAMETERS.csvBom,
  csvSafe: OUTPUT_PARAMETERS.csvSafe,
  limit: PAGE_PARAMETERS.limit,
  cursor: PAGE_PARAMETERS.cursor,
} as const satisfies Record<string, Parameter>;

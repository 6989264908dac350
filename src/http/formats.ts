import type { Format } from "../options.ts";

/** What a format is called in HTTP, and what Accept is compared with. */
export const MEDIA_TYPES: Record<Format, string> = {
  json: "application/json",
  ndjson: "application/x-ndjson",
  csv: "text/csv; charset=utf-8; header=present",
  tsv: "text/tab-separated-values; charset=utf-8",
  arrow: "application/vnd.apache.arrow.stream",
};

export const EVENT_STREAM = "text/event-stream";

import type { Format } from "../options.ts";

/** What a format is called in HTTP, and what Accept is compared with. */
export const MEDIA_TYPES: Record<Format, string> = {
  json: "application/json",
  ndjson: "application/x-ndjson",
  csv: "text/csv; charset=utf-8; header=present",
  tsv: "text/tab-separated-values; charset=utf-8",
  arrow: "application/vnd.apache.arrow.stream",
};

/**
 * Other names of formats, under which they are answered to those who ask for them by that name.
 * No name of JSON lines is registered; these are what clients send. TSV is the plainest text.
 */
export const OTHER_MEDIA_TYPES: Readonly<Record<string, Format>> = {
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "application/x-jsonl": "ndjson",
  "application/jsonlines": "ndjson",
  "application/x-jsonlines": "ndjson",
  "application/json-lines": "ndjson",
  "text/plain; charset=utf-8": "tsv",
};

export const EVENT_STREAM = "text/event-stream";

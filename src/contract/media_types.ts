import type { Format } from "./options.ts";

/** What a format is called in HTTP, and what Accept is compared with. */
export const MEDIA_TYPES: Record<Format, string> = {
  json: "application/json",
  ndjson: "application/x-ndjson",
  csv: "text/csv; charset=utf-8; header=present",
  tsv: "text/tab-separated-values; charset=utf-8",
  arrow: "application/vnd.apache.arrow.stream",
};

/** Names of JSON lines, each also with the prefix `x-`, which a name has before it is registered. */
const LINES_TYPES = ["ndjson", "jsonl", "jsonlines", "json-lines", "nd-json", "ldjson", "ld-json"]
  .flatMap((name) => [`application/${name}`, `application/x-${name}`])
  .filter((type) => type !== MEDIA_TYPES.ndjson);

/**
 * Other names of formats. A client that asks by such a name gets its answer under that name. No
 * name of JSON lines is registered; these are the ones that clients send. TSV is the plainest text.
 */
export const OTHER_MEDIA_TYPES: Readonly<Record<string, Format>> = {
  ...Object.fromEntries(LINES_TYPES.map((type) => [type, "ndjson"])),
  "text/plain; charset=utf-8": "tsv",
};

/** The media type of server-sent events. */
export const EVENT_STREAM = "text/event-stream";

/** How a body is read that is no plain text. */
export type MediaKind = "json" | "ndjson" | "json-seq" | "form" | "multipart";

/**
 * Media types whose bytes are not the text itself. JSON is what WHATWG MIME Sniffing, section 4.6,
 * calls a JSON MIME type; the lines of JSON have no registered name, and these are in use.
 */
const KINDS: Readonly<Record<string, MediaKind>> = {
  "application/json": "json",
  "text/json": "json",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "text/x-ndjson": "ndjson",
  "text/ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "application/x-jsonl": "ndjson",
  "text/jsonl": "ndjson",
  "text/x-jsonl": "ndjson",
  "application/jsonlines": "ndjson",
  "application/x-jsonlines": "ndjson",
  "application/json-lines": "ndjson",
  "application/x-json-stream": "ndjson",
  "application/stream+json": "ndjson",
  "application/json-seq": "json-seq", // RFC 7464
  "application/x-www-form-urlencoded": "form",
  "multipart/form-data": "multipart",
};

/** Clients repeat a few types: looking one up costs less than reading it. */
const CACHE_ENTRIES = 256;
const CACHED_CHARS = 64;
const known = new Map<string, MediaKind | undefined>();

/** The kind of a media type, with or without parameters; undefined for what is a text itself. */
export function kindOfMedia(type: string): MediaKind | undefined {
  if (known.has(type)) return known.get(type);
  const kind = readKind(type);
  if (type.length > CACHED_CHARS) return kind;
  if (known.size >= CACHE_ENTRIES) known.clear();
  known.set(type, kind);
  return kind;
}

function readKind(type: string): MediaKind | undefined {
  const essence = type.split(";", 1)[0].trim().toLowerCase();
  if (Object.hasOwn(KINDS, essence)) return KINDS[essence];
  return /^[^/]+\/[^/]+\+json$/.test(essence) ? "json" : undefined;
}

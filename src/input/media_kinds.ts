import { BoundedCache } from "../async/bounded_cache.ts";

/** How to read a body that is no plain text. */
export type MediaKind = "json" | "ndjson" | "json-seq" | "form" | "multipart";

/** Media types by their whole names whose bytes are not the text itself. */
const KINDS: Readonly<Record<string, MediaKind>> = {
  "application/json": "json",
  "text/json": "json",
  "application/stream+json": "ndjson", // Spring's; its suffix alone would make it a document
  "application/x-www-form-urlencoded": "form",
  "multipart/form-data": "multipart",
};

/**
 * What the lines of JSON are called, which have no registered name: NDJSON, LDJSON, JSON Lines and
 * JSON streams, of GeoJSON as well, with and without hyphens.
 */
const LINES =
  /^(?:x-)?(?:(?:nd|ld)-?(?:geo-?)?json|(?:geo-?)?json-?(?:l|lines?|stream)|(?:new)?line-?delimited-?json)$/;

/** What RFC 7464 calls a sequence, and RFC 8142 one of GeoJSON. */
const SEQUENCE = /^(?:x-)?(?:geo-?)?json-?seq(?:uence)?$/;

/** Clients repeat a few types: looking one up costs less than reading it. */
const known = new BoundedCache<MediaKind | undefined>({ mostEntries: 256, mostChars: 64 });

/** The kind of a media type, with or without parameters; undefined for what is a text itself. */
export function kindOfMedia(type: string): MediaKind | undefined {
  return known.getOrMake(type, readKind);
}

function readKind(type: string): MediaKind | undefined {
  const essence = type.split(";", 1)[0].trim().toLowerCase();
  if (Object.hasOwn(KINDS, essence)) return KINDS[essence];
  const [, subtype] = /^[^/]+\/([^/]+)$/.exec(essence) ?? [];
  return subtype === undefined ? undefined : kindOfSubtype(subtype);
}

/**
 * The kind that a subtype tells by its last word, behind a tree (`vnd.acme.jsonl`) and as a suffix
 * (`geo+json-seq`). JSON is what WHATWG MIME Sniffing, section 4.6, calls a JSON MIME type; but
 * `jsonl+json` and its like are lines, as no document is called so.
 */
function kindOfSubtype(subtype: string): MediaKind | undefined {
  const isJson = /.\+json$/.test(subtype);
  const word = (isJson ? subtype.slice(0, -"+json".length) : subtype).split(/[.+]/).at(-1)!;
  if (LINES.test(word)) return "ndjson";
  if (SEQUENCE.test(word)) return "json-seq";
  return isJson ? "json" : undefined;
}

import { assertEquals } from "@std/assert";
import { OTHER_MEDIA_TYPES } from "../../src/contract/media_types.ts";
import { kindOfMedia, type MediaKind } from "../../src/input/media_kinds.ts";

const TYPES: [MediaKind | undefined, ...types: string[]][] = [
  ["json", "application/json", "text/json", "Application/JSON; charset=utf-8"],
  ["json", "application/ld+json", "application/geo+json", "application/vnd.api+json"],
  ["json", "application/json-patch+json", "application/jsonml+json", "image/x+json"],
  ["ndjson", "application/x-ndjson", "application/ndjson", "text/x-ndjson", "text/ndjson"],
  ["ndjson", "application/jsonl", "application/x-jsonl", "text/jsonl", "text/x-jsonl"],
  ["ndjson", "application/jsonlines", "application/x-jsonlines", "text/jsonlines"],
  ["ndjson", "application/json-lines", "application/x-json-lines", "application/json-l"],
  ["ndjson", "application/jsonline", "application/x-json-line"],
  ["ndjson", "application/nd-json", "application/x-nd-json", "text/x-nd-json"],
  ["ndjson", "application/ldjson", "application/x-ldjson", "application/ld-json", "text/ld-json"],
  ["ndjson", "application/x-json-stream", "application/json-stream", "application/jsonstream"],
  ["ndjson", "application/stream+json", "application/newline-delimited-json"],
  ["ndjson", "application/x-line-delimited-json"],
  ["ndjson", "application/geo+json-lines", "application/geo+jsonl", "application/geo+ndjson"],
  ["ndjson", "application/ndgeojson", "application/x-ndgeojson", "application/geojsonl"],
  ["ndjson", "application/vnd.geo+json-lines", "application/vnd.acme.jsonl"],
  ["ndjson", "application/jsonl+json", "application/x-ndjson+json", "APPLICATION/LDJSON ;x=1"],
  ["json-seq", "application/json-seq", "application/geo+json-seq", "application/x-json-seq"],
  ["json-seq", "application/vnd.acme+json-seq", "text/json-seq", "application/qlog+json-seq"],
  ["json-seq", "application/geojsonseq", "application/json-seq+json"],
  ["form", "application/x-www-form-urlencoded"],
  ["multipart", "multipart/form-data; boundary=a"],
  [undefined, "text/plain", "application/octet-stream", "text/html", "application/xml", ""],
  [undefined, "json", "application/", "/ndjson+", "application/jsonlinesman", "text/xndjson"],
  [undefined, "application/json/seq", "application/+json", "application/ndjson.txt"],
];

Deno.test("kindOfMedia() knows lines and sequences of JSON under all names in use", () => {
  for (const [kind, ...types] of TYPES) {
    for (const type of types) assertEquals([type, kindOfMedia(type)], [type, kind]);
  }
});

Deno.test("kindOfMedia() reads what answers are called as what they are", () => {
  for (const [type, format] of Object.entries(OTHER_MEDIA_TYPES)) {
    assertEquals([type, kindOfMedia(type)], [type, format === "tsv" ? undefined : format]);
  }
});

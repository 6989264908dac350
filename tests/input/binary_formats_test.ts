import { assert, assertEquals } from "@std/assert";
import { formatOfMedia, formatOfPart } from "../../src/input/binary_formats.ts";

const NO_TEXT: Record<string, string> = {
  "application/gzip": "gzip",
  "application/x-gzip": "gzip",
  "application/x-gunzip": "gzip",
  "application/gzip-compressed": "gzip",
  " Application/X-GZIP ; charset=utf-8": "gzip",
  "application/zstd": "Zstandard",
  "application/x-zstd": "Zstandard",
  "application/x-brotli": "Brotli",
  "application/x-compress": "compress (.Z)",
  "application/x-bzip": "bzip2",
  "application/x-bzip2": "bzip2",
  "application/x-xz": "xz",
  "application/x-lzma": "LZMA",
  "application/x-lz4": "LZ4",
  "application/zip": "a ZIP archive",
  "application/x-zip": "a ZIP archive",
  "application/x-zip-compressed": "a ZIP archive",
  "application/java-archive": "a ZIP archive",
  "application/vnd.android.package-archive": "a ZIP archive",
  "application/epub+zip": "a ZIP archive",
  "application/vnd.oasis.opendocument.text": "a ZIP archive",
  "application/x-tar": "a tar archive",
  "application/x-gtar": "a tar archive",
  "application/x-compressed-tar": "a tar archive",
  "application/x-7z-compressed": "a 7z archive",
  "application/vnd.rar": "a RAR archive",
  "application/x-rar-compressed": "a RAR archive",
  "application/x-cpio": "a cpio archive",
  "application/pdf": "a PDF document",
  "application/x-pdf": "a PDF document",
  "application/msword": "a document of Microsoft Office",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
    "a document of Microsoft Office",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
    "a document of Microsoft Office",
  "application/vnd.sqlite3": "an SQLite database",
  "application/x-sqlite3": "an SQLite database",
  "application/vnd.apache.parquet": "a Parquet file",
  "application/vnd.apache.arrow.stream": "Apache Arrow",
  "application/avro": "an Avro file",
  "application/wasm": "a program",
  "image/png": "a picture",
  "image/heic": "a picture",
  "audio/mpeg": "sound",
  "video/mp4": "video",
  "font/woff2": "a font",
  "multipart/mixed; boundary=a": "a body of several parts",
};

// deno-fmt-ignore: in rows, as they belong together
const TEXT = [
  "", "text/plain", "text/csv; charset=utf-8", "text/html", "application/octet-stream", "x",
  "application/json", "application/x-ndjson", "application/xml", "application/xhtml+xml",
  "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "message/rfc822",
  "image/svg+xml", "audio/x-mpegurl", "video/mp2t", "application/vnd.ms-excel",
  "application/vnd.oasis.opendocument.text-flat-xml", "application/x-sh", "application/sql",
  "application/zipper", "application/x", "constructor", "application/javascript",
];

Deno.test("formatOfMedia() knows a format by all its names, and leaves out what may be text", () => {
  for (const [type, about] of Object.entries(NO_TEXT)) {
    assertEquals(formatOfMedia(type)?.about, about, type);
    assertEquals(formatOfMedia(type)?.about, about, `${type}, again`);
  }
  for (const type of TEXT) assertEquals(formatOfMedia(type), undefined, type);
  assert(formatOfPart("multipart/form-data; boundary=a") !== undefined);
  assert(formatOfPart("Multipart/Form-Data") !== undefined);
  assertEquals(formatOfPart("text/plain"), undefined);
});

Deno.test("formatOfMedia() names the coding of what a Content-Encoding can say", () => {
  assertEquals(formatOfMedia("application/x-gzip")!.coding, "gzip");
  assertEquals(formatOfMedia("application/br")!.coding, "br");
  assertEquals(formatOfMedia("application/zlib")!.coding, "deflate");
  for (const type of ["application/zip", "application/x-xz", "image/png"]) {
    assertEquals(formatOfMedia(type)!.coding, undefined, type);
  }
});

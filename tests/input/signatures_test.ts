import { assert, assertEquals, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { JobError } from "../../src/contract/problems.ts";
import { hasZstd } from "../../src/input/decompressor.ts";
import { codingOf, findFormat } from "../../src/input/signatures.ts";
import { openText } from "../../src/input/open_text.ts";
import { COMPRESS } from "../support/compress.ts";
import { concat, streamOf } from "../support/streams.ts";

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const utf8 = (text: string) => new TextEncoder().encode(text);
const noise = Uint8Array.from({ length: 700 }, (_, i) => i * 31 % 251);

/** A header of tar with a checksum, and a block behind it. */
function tar(magic: string): Uint8Array {
  const block = Buffer.alloc(1024);
  block.write("folder/file.txt", 0, "latin1");
  for (const at of [100, 108, 116]) block.write("0000644\0", at, "latin1");
  block.write("00000000005\0" + "00000000000\0", 124, "latin1");
  block.write("        0", 148, "latin1");
  block.write(magic, 257, "latin1");
  const sum = block.subarray(0, 512).reduce((sum, byte) => sum + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  block.write("to be", 512, "latin1");
  return new Uint8Array(block);
}

/** The first bytes of files, as tools write them. */
const BINARY: Record<string, Uint8Array> = {
  gzip: COMPRESS.gzip(utf8("to be or not to be")),
  "gzip, two bytes of it": Uint8Array.of(0x1f, 0x8b),
  zlib: COMPRESS.deflate(concat(noise, noise)),
  ...(hasZstd ? { zstd: COMPRESS.zstd(utf8("to be")) } : {}),
  "zstd, skippable": Uint8Array.of(0x5f, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 0),
  compress: latin1("\x1f\x9d\x90to"),
  pack: latin1("\x1f\x1e\0\0\0\x05\x02"),
  "compress -H": latin1("\x1f\xa0\0\0\0\x05"),
  bzip2: latin1("BZh91AY&SY\x12\x34"),
  "bzip2, empty": latin1("BZh9\x17rE8P\x90\0\0\0\0"),
  xz: latin1("\xfd7zXZ\0\0\x04"),
  lzma: latin1("]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0"),
  lzip: latin1("LZIP\x01\x0c"),
  lz4: latin1("\x04\x22\x4d\x18\x64\x40"),
  snappy: latin1("\xff\x06\0\0sNaPpY"),
  zip: latin1("PK\x03\x04\x14\0"),
  "zip, empty": latin1("PK\x05\x06\0\0"),
  "7z": latin1("7z\xbc\xaf\x27\x1c\0\x04"),
  rar: latin1("Rar!\x1a\x07\x01\0"),
  "tar of POSIX": tar("ustar\x0000"),
  "tar of GNU": tar("ustar  \0"),
  "tar without a magic": tar(""),
  cpio: latin1("070701" + "0000A1B2".repeat(13) + "file\0"),
  "cpio, octal": latin1("070707" + "0".repeat(70) + "file\0"),
  deb: latin1("!<arch>\ndebian-binary   "),
  cab: latin1("MSCF\0\0\0\0"),
  rpm: latin1("\xed\xab\xee\xdb\x03\0"),
  pdf: latin1("%PDF-1.7\n%\xb5\xed\xae\xfb\n"),
  "pdf of other makers": latin1("%PDF-1.4\r\n%"),
  "pdf with a blank": latin1("%PDF-1.3 \r%\xe2\xe3"),
  "pdf, its first line alone": latin1("%PDF-2.0"),
  "pdf behind a mark": latin1("\xef\xbb\xbf%PDF-1.7\n"),
  "pdf behind white space": latin1(" \t\r\n\f\0%PDF-1.7\n"),
  "pdf behind both": latin1("\xef\xbb\xbf\r\n%PDF-1.7"),
  "gzip behind a mark": concat(utf8("\ufeff"), COMPRESS.gzip(utf8("to be"))),
  "zip behind a mark": latin1("\xef\xbb\xbfPK\x03\x04\x14\0"),
  doc: latin1("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"),
  rtf: latin1("{\\rtf1\\ansi"),
  "rtf without a version": latin1("{\\rtf\\ansi"),
  "rtf of a group": latin1("{\\rtf{\\fonttbl"),
  sqlite: latin1("SQLite format 3\0\x10\0"),
  parquet: latin1("PAR1\x15\x04\x15\x10"),
  arrow: latin1("ARROW1\0\0\xff\xff\xff\xff"),
  "arrow stream": latin1("\xff\xff\xff\xff\x78\x01\0\0\x10\0\0\0"),
  avro: latin1("Obj\x01\x04\x14avro.codec"),
  orc: latin1("ORC\x11\0\0\x0a\x12"),
  hdf5: latin1("\x89HDF\r\n\x1a\n\0"),
  npy: latin1("\x93NUMPY\x01\0"),
  pickle: latin1("\x80\x04\x95\x0b"),
  wasm: latin1("\0asm\x01\0\0\0"),
  elf: latin1("\x7fELF\x02\x01\x01"),
  exe: latin1("MZ\x90\0\x03\0\0\0"),
  class: latin1("\xca\xfe\xba\xbe\0\0"),
  png: latin1("\x89PNG\r\n\x1a\n\0\0"),
  jpeg: latin1("\xff\xd8\xff\xe0\0\x10JFIF"),
  gif: latin1("GIF89a\x01\0\x01\0\x80\0\0"),
  bmp: latin1("BM\x46\0\0\0\0\0\0\0\x36\0"),
  tiff: latin1("II*\0\x08\0\0\0"),
  webp: latin1("RIFF\x24\0\0\0WEBPVP8 "),
  wav: latin1("RIFF\x24\0\0\0WAVEfmt "),
  mp3: latin1("\xff\xfb\x90\x64\0"),
  "mp3 with a tag": latin1("ID3\x04\0\0"),
  ogg: latin1("OggS\0\x02"),
  flac: latin1("fLaC\0\0\0\x22"),
  mp4: latin1("\0\0\0\x20ftypisom"),
  webm: latin1("\x1a\x45\xdf\xa3\x9f"),
  woff2: latin1("wOF2\0\x01\0\0"),
  ttf: latin1("\0\x01\0\0\0\x0f"),
};

/** Texts that begin much like those. */
// deno-fmt-ignore: in rows, as they belong together
const TEXTS = [
  "", "a", "P", "PK", "PK is Philip Katz", "BZh", "BZh9 is a magic number", "BZh9", "Rar!",
  "%PDF-1.4 is how a PDF begins", "%PDF", "%PDF-", "%PDF-x", "(µ/ý", "ID3 tags", "MZ, a magic",
  "GIF89a is a format of pictures", "GIF89a", "RIFF, the format", "BM: British Museum, 1753",
  "PAR1 and PAR2", "ORC, an elf's foe", "Obj", "Obj: 1", "070701", "070701 is a date", "7z",
  "xœ",
  "x^2 + y^2", "xڀ", "SQLite format 3", "ustar", " ".repeat(257) + "ustar  and more", "fLaC",
  "]",
  "!<arch>", "{\\r}", "{\\rtf", "{\\rtfoo} is text", "\n\n %PDF-1.4 is how a PDF begins",
  "\ufeff%PDF-1.4 is how a PDF begins", "\x1fa", "LZIP", "wOFF", "II*", "MM", "MThd", "AT&T",
  "xar!", "RIFF....WAVE".slice(0, 7),
  "\ufeffPK", "\t\n", "\x1b[1mbold\x1b[0m", "\0", "a\0b", "0".repeat(512), " ".repeat(600),
  "The quick brown fox. ".repeat(100),
].map(utf8);

for (const [name, bytes] of Object.entries(BINARY)) {
  Deno.test(`findFormat() knows ${name}`, () => {
    assert(findFormat(bytes) !== undefined);
  });
}

Deno.test("findFormat() takes no text for anything else", () => {
  for (const text of TEXTS) assertEquals(findFormat(text), undefined, utf8Of(text));
  // Declared UTF-16, whose letters may be any two bytes.
  for (const text of ["謟", "鴟た", "ʀ", "ր", "鱸 a", "\u0201"]) {
    for (const charset of ["utf-16le", "utf-16be"]) {
      const bytes = new Uint8Array(Buffer.from(text, "utf16le"));
      if (charset === "utf-16be") Buffer.from(bytes.buffer).swap16();
      assertEquals(findFormat(bytes, charset), undefined, text);
    }
  }
  assert(findFormat(BINARY.gzip, "utf-16le") !== undefined);
});

function utf8Of(text: Uint8Array): string {
  return new TextDecoder().decode(text.subarray(0, 40));
}

Deno.test("findFormat() takes no beginning of a real text for anything else", () => {
  for (
    const script of [[0x20, 0x7f], [0xa0, 0x250], [0x370, 0x700], [0x900, 0xe00], [0x3040, 0x9fff]]
  ) {
    for (let first = script[0]; first < script[1]; first++) {
      for (const second of [0x20, 0x61, first, script[1] - 1]) {
        const text = utf8(String.fromCharCode(first, second) + " a text of some length");
        assertEquals(findFormat(text), undefined, `U+${first.toString(16)}`);
      }
    }
  }
});

async function read(input: Uint8Array | ReadableStream<Uint8Array>): Promise<number> {
  const text = openText(input, {}, {});
  let bytes = 0;
  for await (const chunk of text.chunks(1000, (_, length) => length)) bytes += chunk.text.length;
  return bytes;
}

Deno.test("openText() refuses what is no text, whole or however it streams in", async () => {
  for (const [name, bytes] of Object.entries(BINARY)) {
    for (const input of [bytes, streamOf(bytes, 1), streamOf(bytes, 7), streamOf(bytes, 9999)]) {
      const error = await assertRejects(() => read(input), JobError, "", name);
      assertEquals([error.code, error.status], ["unsupported_media", 415]);
    }
  }
  for (const text of TEXTS) {
    const bytes = text[0] === 0xef ? text.length - 3 : text.length;
    for (const input of [text, streamOf(text, 1), streamOf(text, 9999)]) {
      assertEquals(await read(input), bytes, utf8Of(text));
    }
  }
});

Deno.test("openText() says what a compressed text is and what to do", async () => {
  const error = await assertRejects(() => read(BINARY.gzip), JobError);
  assertEquals(error.details, {
    format: "gzip",
    instead: ["Content-Encoding: gzip", "decompress=auto"],
  });
  assertEquals(
    error.message,
    "Cannot count the input: it begins as gzip does; send it with 'Content-Encoding: gzip', or " +
      "with decompress=auto",
  );
  const zip = await assertRejects(() => read(BINARY.zip), JobError);
  assertEquals(zip.details, { format: "a ZIP archive" });
  const marked = await assertRejects(() => read(BINARY["gzip behind a mark"]), JobError);
  assertEquals(marked.details, { format: "gzip" }); // nothing decodes it as it stands
  assertEquals(
    marked.message,
    "Cannot count the input: it begins as gzip does, behind a byte order mark; remove the mark " +
      "and decompress it first",
  );
});

Deno.test("codingOf() knows the codings that are known by their beginning", () => {
  assertEquals(codingOf(BINARY.gzip), "gzip");
  assertEquals(codingOf(BINARY.zlib), undefined);
  assertEquals(codingOf(BINARY.zip), undefined);
  assertEquals(codingOf(utf8("to be")), undefined);
  if (hasZstd) {
    assertEquals(codingOf(BINARY.zstd), "zstd");
    assertEquals(codingOf(BINARY["zstd, skippable"]), "zstd");
  }
});

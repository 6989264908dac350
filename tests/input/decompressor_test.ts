import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as zlib from "node:zlib";
import { JobError } from "../../src/contract/problems.ts";
import { type Coding, CODINGS, decompress, hasZstd } from "../../src/input/decompressor.ts";
import { COMPRESS, gzipMember, largeWindowBrotli, zstdHeader } from "../support/compress.ts";
import { Random } from "../support/random.ts";
import { concat } from "../support/streams.ts";

const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text);
const AVAILABLE = CODINGS.filter((coding) => coding !== "zstd" || hasZstd);
const CUTS = [1, 2, 5, 1000, 1 << 20];

async function* cut(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.slice(at, at + length);
}

async function decode(bytes: Uint8Array, coding: Coding, length = 1 << 20): Promise<Uint8Array> {
  return concat(...await Array.fromAsync(decompress(cut(bytes, length), coding)));
}

function noise(length: number): Uint8Array {
  const random = new Random(1);
  return Uint8Array.from({ length }, () => random.below(256));
}

const zeros = (length: number) => new Uint8Array(length);
const repeated = (bytes: Uint8Array, times: number) =>
  concat(...Array.from({ length: times }, () => bytes));
const TEXT = bytesOf("to be or not to be, that is the question ".repeat(300));
const LARGE = noise(100_000);
const SMALL_GZIP = COMPRESS.gzip(bytesOf("to be"));
const LARGE_GZIP = COMPRESS.gzip(LARGE);

interface Good {
  name: string;
  bytes: Uint8Array;
  text: Uint8Array;
}

const allFields = {
  extra: bytesOf("AB\x04\x00more"),
  name: "a".repeat(300),
  comment: "ž",
  hasCrc: true,
};

/** What gunzip(1) or Python's gzip reads, if not both. */
const GOOD_GZIP: Good[] = [
  { name: "zeros behind", bytes: concat(SMALL_GZIP, zeros(1)), text: bytesOf("to be") },
  { name: "a block of zeros behind", bytes: concat(LARGE_GZIP, zeros(70_000)), text: LARGE },
  {
    name: "zeros and then a member",
    bytes: concat(SMALL_GZIP, zeros(512), LARGE_GZIP, zeros(3), SMALL_GZIP),
    text: concat(bytesOf("to be"), LARGE, bytesOf("to be")),
  },
  {
    name: "all optional fields",
    bytes: concat(gzipMember(TEXT, allFields), gzipMember(TEXT, allFields)),
    text: concat(TEXT, TEXT),
  },
  {
    name: "empty members",
    bytes: concat(repeated(COMPRESS.gzip(zeros(0)), 5000), SMALL_GZIP),
    text: bytesOf("to be"),
  },
  {
    name: "a member for each line",
    bytes: concat(...Array.from({ length: 3000 }, (_, i) => COMPRESS.gzip(bytesOf(`${i}\n`)))),
    text: bytesOf(Array.from({ length: 3000 }, (_, i) => `${i}\n`).join("")),
  },
  {
    name: "members in a member's text",
    bytes: concat(COMPRESS.gzip(concat(SMALL_GZIP, LARGE)), SMALL_GZIP),
    text: concat(SMALL_GZIP, LARGE, bytesOf("to be")),
  },
  { name: "stored blocks", bytes: new Uint8Array(zlib.gzipSync(TEXT, { level: 0 })), text: TEXT },
];

for (const { name, bytes, text } of GOOD_GZIP) {
  Deno.test(`decompress() reads gzip with ${name}, wherever it is cut`, async () => {
    for (const length of CUTS) {
      if (length === 1 && bytes.length > 20_000) continue;
      assertEquals(await decode(bytes, "gzip", length), text, `by ${length}`);
    }
  });
}

interface Bad {
  name: string;
  coding: Coding;
  bytes: Uint8Array;
  offset: number;
  says: string;
  details?: Record<string, unknown>;
}

const BEHIND = "it goes on behind its end";
const EARLY = "it ends early";

/** A copy with one byte changed. */
function changed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at < 0 ? copy.length + at : at] ^= 0x40;
  return copy;
}

const TWO_GZIP = concat(LARGE_GZIP, SMALL_GZIP);
const CRC_GZIP = gzipMember(TEXT, { hasCrc: true });

const BAD_GZIP: Omit<Bad, "coding">[] = [
  { name: "text", bytes: bytesOf("to be or not"), offset: 0, says: "does not begin as gzip" },
  { name: "a letter", bytes: bytesOf("t"), offset: 0, says: "does not begin as gzip" },
  ...[SMALL_GZIP, LARGE_GZIP].flatMap((gzip): Omit<Bad, "coding">[] => [
    {
      name: "a letter behind",
      bytes: concat(gzip, bytesOf("x")),
      offset: gzip.length,
      says: BEHIND,
    },
    {
      name: "text behind",
      bytes: concat(gzip, bytesOf("hello world, hello")),
      offset: gzip.length,
      says: BEHIND,
    },
    {
      name: "text behind zeros",
      bytes: concat(gzip, zeros(512), bytesOf("hello")),
      offset: gzip.length + 512,
      says: BEHIND,
    },
    {
      name: "a half header behind",
      bytes: concat(gzip, SMALL_GZIP.subarray(0, 5)),
      offset: gzip.length + 5,
      says: EARLY,
    },
  ]),
  { name: "a wrong size", bytes: changed(LARGE_GZIP, -1), offset: 0, says: "checksum" },
  { name: "a wrong checksum", bytes: changed(LARGE_GZIP, -8), offset: 0, says: "checksum" },
  {
    name: "a wrong checksum in the second member",
    bytes: changed(TWO_GZIP, -5),
    offset: LARGE_GZIP.length,
    says: "checksum",
  },
  {
    name: "a wrong checksum in the header",
    bytes: concat(SMALL_GZIP, changed(CRC_GZIP, 10)),
    offset: SMALL_GZIP.length,
    says: "a header does not match its checksum",
  },
  { name: "reserved flags", bytes: changed(SMALL_GZIP, 3), offset: 0, says: "reserved" },
  {
    name: "a name without an end",
    bytes: gzipMember(TEXT, { name: "a".repeat(200_000) }),
    offset: 0,
    says: "exceeds 131072 bytes",
  },
  ...[5, 10, SMALL_GZIP.length - 8, SMALL_GZIP.length - 1].map((length) => ({
    name: `only ${length} bytes`,
    bytes: SMALL_GZIP.subarray(0, length),
    offset: length,
    says: EARLY,
  })),
];

const ZSTD = hasZstd ? COMPRESS.zstd(TEXT) : zeros(0);
const SKIPPABLE = Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);

const BAD_ZSTD: Omit<Bad, "coding">[] = !hasZstd ? [] : [
  { name: "text", bytes: bytesOf("to be or not"), offset: 0, says: "begin with a frame" },
  { name: "text behind", bytes: concat(ZSTD, TEXT), offset: ZSTD.length, says: BEHIND },
  { name: "a letter behind", bytes: concat(ZSTD, zeros(1)), offset: ZSTD.length, says: BEHIND },
  {
    name: "half a frame behind",
    bytes: concat(ZSTD, ZSTD.subarray(0, 6)),
    offset: ZSTD.length + 6,
    says: EARLY,
  },
  {
    name: "a large window behind a good frame",
    bytes: concat(SKIPPABLE, ZSTD, zstdHeader({ windowLog: 27 })),
    offset: SKIPPABLE.length + ZSTD.length,
    says: "the window of a frame is 134217728 bytes, the limit is 8388608",
    details: { value: 2 ** 27, limit: 2 ** 23, unit: "bytes" },
  },
  {
    name: "a window that is a little too large",
    bytes: zstdHeader({ windowLog: 23, eighths: 1 }),
    offset: 0,
    says: "window",
    details: { value: 9 * 2 ** 20, limit: 2 ** 23, unit: "bytes" },
  },
  {
    name: "a single segment that is too large",
    bytes: zstdHeader({ size: 2 ** 24 }),
    offset: 0,
    says: "window",
    details: { value: 2 ** 24, limit: 2 ** 23, unit: "bytes" },
  },
  {
    name: "a dictionary",
    bytes: zstdHeader({ windowLog: 20, dictionary: 0x12345678 }),
    offset: 0,
    says: "needs dictionary 305419896",
    details: { dictionary: 0x12345678 },
  },
  {
    name: "a wrong checksum in the second frame",
    bytes: changed(concat(ZSTD, zstdWithChecksum(TEXT)), -1),
    offset: ZSTD.length,
    says: "checksum",
  },
];

function zstdWithChecksum(text: Uint8Array): Uint8Array {
  const params = { [zlib.constants.ZSTD_c_checksumFlag]: 1 };
  return new Uint8Array(zlib.zstdCompressSync(text, { params }));
}

const BROTLI = COMPRESS.br(TEXT);
const DEFLATE = COMPRESS.deflate(TEXT);

const BAD: Bad[] = [
  ...BAD_GZIP.map((row): Bad => ({ ...row, coding: "gzip" })),
  ...BAD_ZSTD.map((row): Bad => ({ ...row, coding: "zstd" })),
  {
    name: "a large window",
    coding: "br",
    bytes: largeWindowBrotli(TEXT),
    offset: 0,
    says: "window",
    details: { limit: 2 ** 24, unit: "bytes" },
  },
  ...([["br", BROTLI], ["deflate", DEFLATE]] as const).flatMap(([coding, bytes]): Bad[] => [
    {
      name: "a letter behind",
      coding,
      bytes: concat(bytes, zeros(1)),
      offset: bytes.length,
      says: BEHIND,
    },
    {
      name: "itself behind",
      coding,
      bytes: concat(bytes, bytes),
      offset: bytes.length,
      says: BEHIND,
    },
    {
      name: "its last byte missing",
      coding,
      bytes: bytes.subarray(0, -1),
      offset: bytes.length - 1,
      says: EARLY,
    },
  ]),
  {
    name: "a wrong checksum",
    coding: "deflate",
    bytes: changed(DEFLATE, -1),
    offset: 0,
    says: "corrupt",
  },
];

for (const { name, coding, bytes, offset, says, details } of BAD) {
  Deno.test(`decompress() refuses ${coding} with ${name} (${bytes.length}), and says where`, async () => {
    for (const length of CUTS) {
      if (length === 1 && bytes.length > 20_000) continue;
      const error = await assertRejects(() => decode(bytes, coding, length), JobError);
      assertEquals([error.code, error.status], ["invalid_encoding", 400]);
      assertEquals(error.details, { coding, offset, ...details }, `by ${length}: ${error.message}`);
      assertStringIncludes(error.message, `after byte ${offset}: `);
      assertStringIncludes(error.message, says);
    }
  });
}

Deno.test("decompress() names an offset below what is damaged, and near it", async () => {
  const text = bytesOf(Array.from({ length: 200_000 }, (_, i) => `w${i * 7919 % 10007}`).join(" "));
  for (const coding of ["gzip", "deflate"] as const) {
    const damaged = COMPRESS[coding](text);
    const at = damaged.length >> 1;
    damaged.fill(0xff, at, at + 300); // no block of deflate has such codes for long
    const error = await assertRejects(() => decode(damaged, coding), JobError);
    const offset = Number(error.details.offset);
    assert(offset === 0 || (offset <= at + 300 && offset > at - 16 * 1024), `${offset} of ${at}`);
  }
});

// The zlib of Deno 2.5, which has no Zstandard, makes all that comes of a slice at once.
const options = { ignore: !hasZstd };
Deno.test(
  "decompress() gives the event loop turns, whatever comes of the bytes",
  options,
  async () => {
    const many = repeated(COMPRESS.gzip(zeros(0)), 50_000);
    const rows: [string, Coding, Uint8Array, number][] = [
      ...AVAILABLE.map((coding) => [coding, coding, COMPRESS[coding](zeros(16 << 20)), 32] as const)
        .map((row): [string, Coding, Uint8Array, number] => [...row]),
      ["empty members", "gzip", many, 2],
    ];
    if (hasZstd) rows.push(["frames to skip", "zstd", repeated(repeated(SKIPPABLE, 1000), 100), 4]);
    for (const [name, coding, bytes, least] of rows) {
      let turns = 0;
      let isOver = false;
      const count = () => {
        turns++;
        if (!isOver) setImmediate(count);
      };
      count();
      for await (const _ of decompress(cut(bytes, 1 << 16), coding));
      isOver = true;
      assert(turns >= least, `${name}: ${turns} turns`);
    }
  },
);

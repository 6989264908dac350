import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import {
  decodeContent,
  namedCodings,
  parseContentCodings,
} from "../../src/input/content_coding.ts";
import { type Coding, CODINGS, hasZstd } from "../../src/input/decompressor.ts";
import { Expansion, type ExpansionLimits } from "../../src/input/expansion.ts";
import { COMPRESS, deflateRaw } from "../support/compress.ts";
import { freshSeed, Random } from "../support/random.ts";
import { concat, randomlyCut, readBytes, streamOf } from "../support/streams.ts";

const TEXT = new TextEncoder().encode("hello world, zdravo svete ž ".repeat(3000));
const AVAILABLE = CODINGS.filter((coding) => coding !== "zstd" || hasZstd);
const CUTS = [1, 2, 3, 7, 100, 4096, 1 << 20];

function plan(
  codings: readonly Coding[],
  limits: ExpansionLimits = {},
  decompress: "none" | "auto" = "none",
) {
  return { codings, decompress, expansion: new Expansion(limits) };
}

function decode(bytes: Uint8Array, codings: Coding[], cut = 1 << 20): Promise<Uint8Array> {
  return readBytes(decodeContent(streamOf(bytes, cut), plan(codings), {}));
}

function decodeAuto(bytes: Uint8Array, codings: Coding[] = [], cut = 1 << 20): Promise<Uint8Array> {
  return readBytes(decodeContent(streamOf(bytes, cut), plan(codings, {}, "auto"), {}));
}

/** Bytes that no coding makes short. */
function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function repeat(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
  return all;
}

Deno.test("decodeContent() undoes every coding, wherever its bytes are cut", async () => {
  for (const coding of AVAILABLE) {
    const encoded = COMPRESS[coding](TEXT);
    for (const cut of CUTS) assertEquals(await decode(encoded, [coding], cut), TEXT, coding);
  }
});

Deno.test("decodeContent() undoes two codings in reverse order", async () => {
  for (const outer of AVAILABLE) {
    for (const inner of AVAILABLE) {
      const encoded = COMPRESS[outer](COMPRESS[inner](TEXT));
      assertEquals(await decode(encoded, [inner, outer], 5), TEXT, `${inner}, ${outer}`);
    }
  }
});

Deno.test("decodeContent() reads members of gzip and frames of Zstandard as one text", async () => {
  const random = new Random(1);
  const parts = [TEXT, new Uint8Array(0), noise(random, 140_000), TEXT.subarray(0, 1)];
  for (const coding of ["gzip", ...(hasZstd ? ["zstd"] as const : [])] as const) {
    const encoded = concat(...parts.map(COMPRESS[coding]));
    for (const cut of CUTS.slice(2)) {
      assertEquals(await decode(encoded, [coding], cut), concat(...parts), `${coding} by ${cut}`);
    }
  }
});

Deno.test("decodeContent() passes over skippable frames of Zstandard", async () => {
  if (!hasZstd) return;
  const skippable = Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
  const frame = COMPRESS.zstd(TEXT);
  const encoded = concat(skippable, frame, skippable, frame, skippable);
  for (const cut of CUTS) assertEquals(await decode(encoded, ["zstd"], cut), concat(TEXT, TEXT));
});

Deno.test("decodeContent() takes bare deflate for deflate", async () => {
  for (const cut of CUTS) assertEquals(await decode(deflateRaw(TEXT), ["deflate"], cut), TEXT);
});

Deno.test("decodeContent() refuses what ends early, goes on or is corrupt, with the offset", async () => {
  const random = new Random(2);
  const garbage = Uint8Array.of(0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  for (const coding of AVAILABLE) {
    const encoded = COMPRESS[coding](concat(TEXT, noise(random, 5_000)));
    const rows = [
      { name: "nothing", bytes: encoded.subarray(0, 0), offset: 0 },
      { name: "one byte", bytes: encoded.subarray(0, 1), offset: 1 },
      {
        name: "half",
        bytes: encoded.subarray(0, encoded.length >> 1),
        offset: encoded.length >> 1,
      },
      { name: "all but a byte", bytes: encoded.subarray(0, -1), offset: encoded.length - 1 },
      { name: "garbage behind", bytes: concat(encoded, garbage), offset: encoded.length },
      { name: "zeros behind", bytes: concat(encoded, new Uint8Array(20)), offset: encoded.length },
    ];
    for (const { name, bytes, offset } of rows) {
      if (coding === "gzip" && name === "zeros behind") continue; // is padding there
      for (const cut of [1, 1000, 1 << 20]) {
        const where = `${coding}, ${name}, by ${cut}`;
        const error = await assertRejects(() => decode(bytes, [coding], cut), JobError, "", where);
        assertEquals([error.code, error.details.coding], ["invalid_encoding", coding], where);
        const found = error.details.offset as number;
        assert(Math.abs(found - offset) <= 16 * 1024, `${where}: ${found} is not near ${offset}`);
        assertStringIncludes(error.message, `after byte ${found}`);
      }
    }
  }
});

Deno.test("decodeContent() answers damaged bytes with text or with invalid_encoding", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < 300; i++) {
    const coding = random.pick(AVAILABLE);
    const encoded = COMPRESS[coding](noise(random, random.below(3000)));
    for (let n = random.between(1, 3); n > 0; n--) {
      encoded[random.below(encoded.length)] = random.below(256);
    }
    try {
      await readBytes(decodeContent(randomlyCut(encoded, random), plan([coding]), {}));
    } catch (error) {
      assertEquals(
        (error as JobError).code,
        "invalid_encoding",
        `seed ${seed}, case ${i}: ${error}`,
      );
    }
  }
});

Deno.test("decodeContent() gives any text back, through any coding and any cut", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < 60; i++) {
    const text = random.oneIn(2)
      ? noise(random, random.between(1, 200_000))
      : TEXT.subarray(0, random.between(1, TEXT.length));
    const codings = Array.from({ length: random.between(1, 2) }, () => random.pick(AVAILABLE));
    const encoded = codings.reduce((bytes, coding) => COMPRESS[coding](bytes), text);
    const decoded = await readBytes(decodeContent(randomlyCut(encoded, random), plan(codings), {}));
    assertEquals(decoded, text, `seed ${seed}, case ${i}: ${codings}`);
  }
});

Deno.test("decodeContent() stops at the limit of the text, having read little of the rest", async () => {
  for (const coding of AVAILABLE) {
    const bomb = COMPRESS[coding](new Uint8Array(64 * 1024 * 1024));
    let pulled = 0;
    const body = streamOf(bomb, 1000).pipeThrough(
      new TransformStream({
        transform(piece, controller) {
          pulled += piece.length;
          controller.enqueue(piece);
        },
      }),
    );
    const stream = decodeContent(body, plan([coding], { maxExpandedBytes: 1_000_000 }), {});
    const error = await assertRejects(() => readBytes(stream), JobError);
    assertEquals([error.code, error.status], ["expansion_limit", 413]);
    assertEquals(error.details, { limit: 1_000_000, unit: "bytes" });
    if (bomb.length > 50_000) assert(pulled < bomb.length / 2, `${coding} read ${pulled}`);
  }
});

Deno.test("decodeContent() judges the ratio beyond 16 MiB of text, of every coding", async () => {
  const limits = { maxRatio: 100 };
  const short = COMPRESS.gzip(new Uint8Array(16 * 1024 * 1024));
  assertEquals(
    (await readBytes(decodeContent(streamOf(short, 100), plan(["gzip"], limits), {}))).length,
    2 ** 24,
  );
  const long = COMPRESS.gzip(new Uint8Array(32 * 1024 * 1024));
  const middle = COMPRESS.gzip(repeat(COMPRESS.gzip(new Uint8Array(0)), 1_200_000));
  for (const [bytes, codings] of [[long, ["gzip"]], [middle, ["gzip", "gzip"]]] as const) {
    const stream = decodeContent(streamOf(bytes, 100), plan(codings, limits), {});
    const error = await assertRejects(() => readBytes(stream), JobError);
    assertEquals([error.code, error.details.limit], ["expansion_limit", 100]);
    assert(error.details.value as number >= 100);
  }
});

Deno.test("decodeContent() keeps the bounds of the body itself", async () => {
  const encoded = COMPRESS.gzip(noise(new Random(3), 5000));
  const stream = decodeContent(streamOf(encoded, 100), plan(["gzip"]), { maxBytes: 1000 });
  const error = await assertRejects(() => readBytes(stream), JobError);
  assertEquals([error.code, error.details.limit], ["body_too_large", 1000]);
  const stalled = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoded.subarray(0, 10)),
  });
  const slow = decodeContent(stalled, plan(["gzip"]), { readTimeoutMs: 20 });
  assertEquals((await assertRejects(() => readBytes(slow), JobError)).code, "read_timeout");
});

Deno.test("decodeContent() cancels its body while it waits for it", async () => {
  const cancelled = Promise.withResolvers<unknown>();
  const body = new ReadableStream<Uint8Array>({ cancel: cancelled.resolve }, { highWaterMark: 0 });
  const reader = decodeContent(body, plan(["gzip"]), {}).getReader();
  const read = reader.read();
  await reader.cancel("enough");
  assertEquals(await cancelled.promise, "enough");
  assertEquals((await read).done, true);
});

Deno.test("decodeContent() judges the parts of one body in sum", async () => {
  const rows = [
    [{ maxExpandedBytes: 1_500_000 }, { limit: 1_500_000, unit: "bytes" }],
    [{ maxRatio: 100 }, { limit: 100, unit: "ratio" }],
  ] as const;
  for (const [limits, expected] of rows) {
    const decoding = plan(["gzip"], limits);
    const part = COMPRESS.gzip(new Uint8Array(1_000_000));
    const decodeParts = async () => {
      for (let i = 0; i < 20; i++) {
        await readBytes(decodeContent(streamOf(part, 100), decoding, {}));
      }
    };
    const error = await assertRejects(decodeParts, JobError);
    assertEquals(error.code, "expansion_limit");
    assertEquals({ ...error.details, value: undefined }, { ...expected, value: undefined });
  }
});

Deno.test("decodeContent() with auto undoes what begins as gzip or Zstandard does", async () => {
  const found = AVAILABLE.filter((coding) => coding === "gzip" || coding === "zstd");
  for (const cut of CUTS) {
    assertEquals(await decodeAuto(TEXT, [], cut), TEXT);
    for (const outer of found) {
      const once = COMPRESS[outer](TEXT);
      assertEquals(await decodeAuto(once, [], cut), TEXT, `${outer} by ${cut}`);
      assertEquals(await decodeAuto(once, [outer], cut), TEXT, `named ${outer} by ${cut}`);
      for (const inner of found) {
        const twice = COMPRESS[outer](COMPRESS[inner](TEXT));
        assertEquals(await decodeAuto(twice, [], cut), TEXT, `${inner}, ${outer} by ${cut}`);
        assertEquals(await decodeAuto(twice, [outer], cut), TEXT, `${inner}, named ${outer}`);
      }
    }
  }
  for (const text of ["", "a", "\x1f", "to be"]) {
    const bytes = new TextEncoder().encode(text);
    for (const cut of [1, 100]) assertEquals(await decodeAuto(bytes, [], cut), bytes);
  }
});

Deno.test("decodeContent() with auto undoes no more than two codings", async () => {
  const inner = COMPRESS.gzip(TEXT);
  const twice = COMPRESS.gzip(COMPRESS.gzip(inner));
  assertEquals(await decodeAuto(twice), inner);
  assertEquals(await decodeAuto(twice, ["gzip"]), inner);
  assertEquals(await decodeAuto(twice, ["gzip", "gzip"]), inner);
});

Deno.test("parseContentCodings() reads lists, aliases, identity and its like", () => {
  const rows: [string, Coding[]][] = [
    ["gzip", ["gzip"]],
    ["X-GZip , identity,BR", ["gzip", "br"]],
    ["deflate,,deflate", ["deflate", "deflate"]],
    ["gzip,aws-chunked", ["gzip"]],
    ["aws-chunked, gzip", ["gzip"]],
    // deno-fmt-ignore: in rows, as they belong together
    ...[
      "", " ", ",", "identity", "Identity", "aws-chunked", "AWS-Chunked,identity", "amz-1.0",
      "utf-8", "UTF-8", "utf8", "none", "None", "null", "binary", "7bit", "8bit",
    ].map((header): [string, Coding[]] => [header, []]),
  ];
  for (const [header, codings] of rows) assertEquals(parseContentCodings(header), codings, header);
  // deno-fmt-ignore: in rows, as they belong together
  const refused = [
    "compress", "x-compress", "bzip2", "xz", "lz4", "exi", "aes128gcm", "pack200-gzip", "dcb",
    "iso-8859-1", "utf-16", "base64", "quoted-printable", "chunked", "text/plain", "brotli",
    "gzip, br, gzip", "gzip;q=1", "gzip br", "gzip, none, foo", "constructor", "x".repeat(999),
  ];
  for (const header of refused) {
    const error = assertThrows(() => parseContentCodings(header), JobError, "", header);
    assertEquals([error.status, error.details.value], [415, header.slice(0, 200)]);
    assertEquals(error.details.allowed, [...AVAILABLE, "identity"]);
  }
});

Deno.test("namedCodings() takes no more than two codings, by whatever they are named", () => {
  const said = { encoding: "gzip, gzip", name: "a.br" };
  assertEquals(namedCodings(said, "none"), ["gzip", "gzip"]);
  assertEquals(assertThrows(() => namedCodings(said, "auto"), JobError).code, "unsupported_media");
});

Deno.test("namedCodings() takes the media type and the name with auto alone", () => {
  const rows: [Parameters<typeof namedCodings>[0], none: Coding[], auto: Coding[]][] = [
    [{}, [], []],
    [{ encoding: null, type: "text/plain", name: "a.gz" }, [], []],
    [{ type: "application/x-gzip" }, [], ["gzip"]],
    [{ type: "application/gzip; charset=utf-8", encoding: "gzip" }, ["gzip"], ["gzip"]],
    [{ type: "application/gzip", encoding: "br" }, ["br"], ["gzip", "br"]],
    [{ type: "application/octet-stream", name: "/a/b.txt.br" }, [], ["br"]],
    [{ type: "text/plain", encoding: "br", name: "b.BR" }, ["br"], ["br"]],
    [{ type: "application/x-brotli", name: "b.br" }, [], ["br"]],
    [{ type: "application/zip", name: "b.zip" }, [], []],
    [{ type: "application/zlib" }, [], []],
  ];
  for (const [said, none, auto] of rows) {
    const name = JSON.stringify(said);
    assertEquals(namedCodings(said, "none"), none, name);
    assertEquals(namedCodings(said, "auto"), auto, name);
  }
});

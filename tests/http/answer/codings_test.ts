import { assertEquals, assertStringIncludes } from "@std/assert";
import { hasZstd } from "../../../src/input/decompressor.ts";
import { COMPRESS } from "../../support/compress.ts";
import { FileServer } from "../../support/http/file_server.ts";
import { RawConnection } from "../../support/http/raw_http.ts";
import { ServerProcess } from "../../support/http/server.ts";
import { concat } from "../../support/streams.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const TEXT = bytesOf("to be or not to be");
const COUNTS = "be\t2\nto\t2\nnot\t1\nor\t1\n";
const GZIP = COMPRESS.gzip(TEXT);
const OCTETS = { "content-type": "application/octet-stream" };
const FORM = { "content-type": "application/x-www-form-urlencoded" };

interface Answer {
  status: number;
  text: string;
}

async function count(
  server: ServerProcess,
  body: BodyInit,
  headers: Record<string, string>,
  query = "",
): Promise<Answer> {
  const url = `${server.origin}/v1/count?format=tsv${query}`;
  const response = await fetch(url, { method: "POST", body, headers });
  return { status: response.status, text: await response.text() };
}

function form(bytes: Uint8Array<ArrayBuffer>, name: string, type: string): FormData {
  const data = new FormData();
  data.append("file", new File([bytes], name, { type }));
  return data;
}

Deno.test("a server refuses what is no text under any name, and says what to do", async () => {
  await using server = await ServerProcess.start();
  const rows: [BodyInit, Record<string, string>, says: string][] = [
    [GZIP, {}, "Content-Encoding: gzip"],
    [GZIP, OCTETS, "Content-Encoding: gzip"],
    [GZIP, FORM, "Content-Encoding: gzip"],
    [GZIP, { "content-type": "text/plain; charset=utf-8" }, "decompress=auto"],
    [GZIP, { "content-type": "application/x-gzip" }, "Content-Encoding: gzip"],
    [COMPRESS.gzip(GZIP), { "content-encoding": "gzip" }, "begins as gzip does"],
    [GZIP, { "content-type": "application/json" }, "Content-Encoding: gzip"],
    [GZIP, { "content-type": "application/x-ndjson" }, "Content-Encoding: gzip"],
    [GZIP, { "content-type": "multipart/form-data; boundary=XX" }, "Content-Encoding: gzip"],
    [bytesOf("PK\x03\x04 and more"), {}, "unpack it"],
    [TEXT, { "content-type": "application/x-zip-compressed" }, "unpack it"],
    [TEXT, { "content-type": "application/pdf" }, "send the text"],
    [TEXT, { "content-type": "multipart/mixed; boundary=a" }, "multipart/form-data"],
    [form(GZIP, "a.gz", "application/octet-stream"), {}, "Content-Encoding: gzip"],
    [form(GZIP, "a.txt", "text/plain"), {}, "Content-Encoding: gzip"],
    [form(TEXT, "a.txt", "application/x-7z-compressed"), {}, "unpack it"],
    [TEXT, { "content-encoding": "compress" }, "allowed"],
    [
      TEXT,
      { "content-encoding": "aws-chunked", "x-amz-decoded-content-length": "18" },
      "aws-chunked",
    ],
  ];
  for (const [body, headers, says] of rows) {
    const { status, text } = await count(server, body, headers);
    assertEquals(status, 415, text);
    assertStringIncludes(text, "urn:millrace:problem:unsupported-media");
    assertStringIncludes(text, says);
  }
});

const HASH = "x-amz-content-sha256";
const LENGTH = { "x-amz-decoded-content-length": "18" };
const UNSIGNED = { [HASH]: "STREAMING-UNSIGNED-PAYLOAD-TRAILER" };
const PLAIN = { [HASH]: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" };
const AWS = { "content-encoding": "aws-chunked" };
const CHUNKS = bytesOf("12\r\nto be or not to be\r\n0\r\n\r\n");
const SIGNED = bytesOf(`12;chunk-signature=${"ab".repeat(32)}\r\nto be or not to be\r\n`);
const MANY = concat(CHUNKS, new Uint8Array(100_000).fill(0x20));
const GZIP_CHUNK = concat(
  bytesOf(`${GZIP.length.toString(16)}\r\n`),
  GZIP,
  bytesOf("\r\n0\r\n\r\n"),
);

Deno.test("a server refuses bodies in chunks of aws-chunked, whichever sign there is", async () => {
  await using server = await ServerProcess.start();
  const rows: [Uint8Array<ArrayBuffer>, Record<string, string>, status: number, query?: string][] =
    [
      [SIGNED, {}, 415],
      [SIGNED, AWS, 415],
      [SIGNED, LENGTH, 415],
      [SIGNED, FORM, 415],
      [CHUNKS, AWS, 415],
      [CHUNKS, LENGTH, 415],
      [CHUNKS, UNSIGNED, 415],
      [CHUNKS, { ...UNSIGNED, ...FORM }, 415],
      [CHUNKS, { ...UNSIGNED, "content-encoding": "identity" }, 415],
      [CHUNKS, { ...UNSIGNED, "content-type": "multipart/form-data; boundary=b" }, 415],
      [CHUNKS, { ...LENGTH, "content-type": "application/json" }, 415],
      [CHUNKS, { ...LENGTH, "content-type": "application/x-ndjson" }, 415],
      [MANY, UNSIGNED, 415],
      [MANY, LENGTH, 415],
      [GZIP_CHUNK, { "content-encoding": "gzip,aws-chunked" }, 415],
      [GZIP_CHUNK, UNSIGNED, 415, "&decompress=auto"],
      [TEXT, { ...AWS, ...UNSIGNED }, 415],
      [TEXT, AWS, 200],
      [TEXT, PLAIN, 200],
      [TEXT, { ...AWS, ...PLAIN }, 200],
      [GZIP, { "content-encoding": "gzip,aws-chunked", ...PLAIN }, 200],
      [concat(TEXT, new Uint8Array(100_000).fill(0x20)), PLAIN, 200],
    ];
  for (const [body, headers, status, query] of rows) {
    for (const stream of [false, true]) {
      const sent = stream ? new Blob([body]).stream() : body;
      const answer = await count(server, sent, headers, query);
      const where = `${JSON.stringify(headers)} ${body.length} ${stream}: ${answer.text}`;
      assertEquals(answer.status, status, where);
      if (status === 415) assertStringIncludes(answer.text, "aws-chunked", where);
      else assertEquals(answer.text, COUNTS, where);
    }
  }
});

Deno.test("a server counts texts that begin as chunks do, where nothing says that they are", async () => {
  await using server = await ServerProcess.start();
  for (const headers of [{}, PLAIN]) {
    const { status, text } = await count(server, CHUNKS, headers);
    assertEquals([status, text], [200, "be\t2\nto\t2\n0\t1\n12\t1\nnot\t1\nor\t1\n"]);
  }
});

Deno.test("a server decompresses what a header names, and with auto what is found", async () => {
  await using server = await ServerProcess.start();
  const auto = "&decompress=auto";
  const rows: [BodyInit, Record<string, string>, query: string][] = [
    [GZIP, { "content-encoding": "gzip,aws-chunked" }, ""],
    [GZIP, { "content-encoding": "gzip", "content-type": "application/gzip" }, ""],
    [TEXT, { "content-encoding": "UTF-8" }, ""],
    [concat(GZIP, new Uint8Array(512)), { "content-encoding": "gzip" }, ""],
    [GZIP, {}, auto],
    [GZIP, OCTETS, auto],
    [GZIP, { "content-type": "application/x-gzip" }, auto],
    [COMPRESS.gzip(GZIP), { "content-encoding": "gzip" }, auto],
    [COMPRESS.br(TEXT), { "content-type": "application/x-brotli" }, auto],
    [TEXT, { "content-type": "text/plain" }, auto],
    [form(GZIP, "a.gz", "application/x-gzip"), {}, auto],
    [form(COMPRESS.br(TEXT), "a.br", "text/plain"), {}, auto],
    [COMPRESS.gzip(bytesOf('{"texts": ["to be or not", "to be"]}')), {
      "content-type": "application/json",
    }, auto],
    ...(hasZstd ? [[COMPRESS.zstd(TEXT), OCTETS, auto] as [BodyInit, typeof OCTETS, string]] : []),
  ];
  for (const [body, headers, query] of rows) {
    const where = `${JSON.stringify(headers)} ${query}`;
    assertEquals(await count(server, body, headers, query), { status: 200, text: COUNTS }, where);
  }
});

Deno.test("a server reads compressed files behind URLs", async () => {
  await using server = await ServerProcess.start({ env: { MILLRACE_ALLOW_PRIVATE_URLS: "true" } });
  await using files = new FileServer(GZIP, { headers: OCTETS });
  const body = JSON.stringify({ url: `http://127.0.0.1:${files.port}/a.txt.gz` });
  const headers = { "content-type": "application/json" };
  const refused = await count(server, body, headers);
  assertEquals(refused.status, 415);
  assertStringIncludes(refused.text, "decompress=auto");
  const taken = await count(server, body, headers, "&decompress=auto");
  assertEquals(taken, { status: 200, text: COUNTS });
});

/** Ways to send a few bytes behind their head: by length, in one chunk, in a chunk for each. */
const FRAMINGS: ((body: string) => [head: string, body: string])[] = [
  (body) => [`Content-Length: ${body.length}`, body],
  (body) => ["Transfer-Encoding: chunked", `${body.length}\r\n${body}\r\n0\r\n\r\n`],
  (body) => [
    "Transfer-Encoding: chunked",
    [...body].map((byte) => `1\r\n${byte}\r\n`).join("") + "0\r\n\r\n",
  ],
];

Deno.test("a server takes bodies of any size under a coding that does nothing", async () => {
  await using server = await ServerProcess.start();
  for (const coding of ["identity", "", "utf-8", ","]) {
    for (const body of ["a", "ab", "abc", "abcd"]) {
      for (const frame of FRAMINGS) {
        const [head, framed] = frame(body);
        using client = await RawConnection.open(server.port);
        await client.write(
          "POST /v1/count?format=tsv HTTP/1.1\r\nHost: x\r\nConnection: close\r\n",
        );
        await client.write(`Content-Encoding: ${coding}\r\n${head}\r\n\r\n`);
        await client.write(framed);
        const answer = await client.read();
        assertStringIncludes(answer, "HTTP/1.1 200 ", `'${coding}', ${head}`);
        assertStringIncludes(answer, `${body}\t1\n`);
      }
    }
  }
});

Deno.test("a server answers 501 to a transfer coding that it does not know", async () => {
  await using server = await ServerProcess.start();
  const rows = [["chunked", 200], ["Chunked", 200], ["gzip, chunked", 501], ["foo,chunked", 501]];
  for (const [coding, status] of rows) {
    using client = await RawConnection.open(server.port);
    await client.write(
      `POST /v1/count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ${coding}\r\n\r\n` +
        "5\r\nto be\r\n0\r\n\r\n",
    );
    const answer = await client.read(/"(counts|requestId)"/);
    assertStringIncludes(answer, `HTTP/1.1 ${status} `);
    if (status === 501) assertStringIncludes(answer, ":unknown-transfer-coding");
  }
});

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import type { TextPart } from "../../../src/input/text_series.ts";
import { MOST_URLS, openUrls } from "../../../src/intake/remote/remote_texts.ts";
import { freePort } from "../../support/free_port.ts";
import { COMPRESS } from "../../support/compress.ts";
import { FileServer, giveTurnsToSend } from "../../support/http/file_server.ts";
import { errorOf, FILE, OPTIONS, read } from "../../support/http/remote_reads.ts";
import { readBytes } from "../../support/streams.ts";
import { soon } from "../../support/waits.ts";

Deno.test("openUrls() reads ranges in parallel and gives them in order", async () => {
  const four = Promise.withResolvers<undefined>();
  await using server = new FileServer(FILE, {
    // The second to the fourth range are answered when all of them have been asked for.
    answer(_, number) {
      if (number === 3) four.resolve(undefined);
      return number === 0 ? undefined : four.promise;
    },
  });
  const [text] = await soon(read(server.url()));
  assertEquals(text, { name: server.url(), bytes: FILE });
  assertEquals(server.ranges.length, 13);
  assertEquals(server.ranges[0], "bytes=0-99999");
});

Deno.test("openUrls() reads whole what is small, has no ranges, or cannot tell versions apart", async () => {
  const rows = [
    { file: FILE.subarray(0, 1000), options: {}, requests: 1 },
    { file: FILE.subarray(0, 100_000), options: {}, requests: 1 },
    { file: FILE, options: { ranges: false }, requests: 1 },
    { file: FILE, options: { etag: () => null }, requests: 2 },
    { file: FILE, options: { etag: () => 'W/"1"' }, requests: 2 },
    { file: new Uint8Array(0), options: {}, requests: 2 },
    { file: FILE, options: { answer: () => new Response(FILE) }, requests: 1 },
  ];
  for (const { file, options, requests } of rows) {
    await using server = new FileServer(file, options);
    assertEquals((await read(server.url()))[0].bytes, file);
    assertEquals(server.ranges.length, requests, JSON.stringify(options));
  }
});

Deno.test("openUrls() tells versions apart by date where there is no strong ETag", async () => {
  const date = "Wed, 21 Oct 2015 07:28:00 GMT";
  const headers = { "last-modified": date };
  const conditions = new Set<string | null>();
  await using server = new FileServer(FILE, {
    etag: () => null,
    headers,
    answer(request, number) {
      conditions.add(request.headers.get("if-range"));
      const [start, last] = /(\d+)-(\d+)/.exec(request.headers.get("range")!)!.slice(1).map(Number);
      const end = Math.min(last + 1, FILE.length);
      assert(number < 13);
      const range = `bytes ${start}-${end - 1}/${FILE.length}`;
      return new Response(FILE.slice(start, end), {
        status: 206,
        headers: { ...headers, "content-range": range },
      });
    },
  });
  assertEquals((await read(server.url()))[0].bytes, FILE);
  assertEquals(conditions, new Set([null, date]));
});

Deno.test("openUrls() takes up what breaks off, where it broke off", async () => {
  for (const pieceBytes of [100_000, 10_000_000]) {
    await using server = new FileServer(FILE, {
      breakAfter: (request) => request % 3 === 2 ? Infinity : 70_001 + request,
    });
    assertEquals((await read(server.url(), { pieceBytes }))[0].bytes, FILE);
    assert(
      server.ranges.includes("bytes=70001-99999") || server.ranges.includes("bytes=70001-1234566"),
    );
  }
});

Deno.test("openUrls() takes up an answer without a range", async () => {
  await using server = new FileServer(FILE, {
    answer: (_, number) => {
      if (number > 0) return undefined;
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
        async pull(controller) {
          controller.enqueue(FILE.slice(0, 1000));
          await giveTurnsToSend();
          controller.error(new Error("broken on purpose"));
        },
      });
      const headers = {
        "etag": '"1"',
        "accept-ranges": "bytes",
        "content-length": `${FILE.length}`,
      };
      return new Response(body, { headers });
    },
  });
  assertEquals((await read(server.url()))[0].bytes, FILE);
  assertEquals(server.ranges[1], "bytes=1000-1234566");
});

Deno.test("openUrls() gives up what does not come further, and says where", async () => {
  await using server = new FileServer(FILE, {
    breakAfter: (request) => request === 0 ? 1000 : 0,
  });
  const error = await errorOf(server.url(), { parallel: 1, attempts: 3 });
  assertEquals([error.code, error.status], ["url_failed", 424]);
  assertEquals(error.details, { url: server.url(), offset: 1000 });
  assertEquals(server.ranges.length, 4);
});

Deno.test("openUrls() gives up what changes while it is read", async () => {
  await using server = new FileServer(FILE, { etag: (request) => request < 3 ? '"1"' : '"2"' });
  const error = await errorOf(server.url(), { parallel: 2 });
  assertEquals([error.code, error.status], ["input_changed", 409]);
  assertStringIncludes(error.message, "it changed while it was read");
});

Deno.test("openUrls() says what the server answers in place of the file", async () => {
  for (const status of [403, 404, 500]) {
    await using server = new FileServer(FILE, { answer: () => new Response("no", { status }) });
    const error = await errorOf(server.url());
    assertEquals([error.code, error.details.remoteStatus], ["url_failed", status]);
  }
  await using server = new FileServer(FILE, {
    answer: (_, number) => number === 2 ? new Response("no", { status: 404 }) : undefined,
  });
  const error = await errorOf(server.url(), { parallel: 1 });
  assertEquals([error.details.remoteStatus, error.details.offset], [404, 200_000]);
});

Deno.test("openUrls() says when there is no server, no host, or nothing comes", async () => {
  const port = freePort();
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const stalled = await errorOf(`http://files.test:${port}/`, { stallTimeoutMs: 20 });
  assertStringIncludes(stalled.message, "nothing came for 20 ms");
  listener.close();
  const closed = await errorOf(`http://files.test:${port}/`);
  assertStringIncludes(closed.message, "its server refuses the connection");
  const resolve = () => Promise.reject(new Error("ENOTFOUND 10.1.2.3"));
  const nowhere = await errorOf("http://files.test/", { resolve });
  assertStringIncludes(nowhere.message, "its host has no address");
  for (const { code } of [stalled, closed, nowhere]) assertEquals(code, "url_failed");
});

Deno.test("openUrls() refuses URLs of other forms before it reads any", () => {
  const urls = [
    "",
    "file.txt",
    "/etc/passwd",
    "file:///etc/passwd",
    "ftp://a.test/",
    "data:,a",
    "http://u:p@a.test/",
    "http://@:80",
  ];
  for (const url of urls) {
    const error = assertThrows(
      () => openUrls(["http://a.test/", url], OPTIONS, {}),
      JobError,
      "",
      url,
    );
    assertEquals([error.code, error.message.includes("u:p")], ["url_refused", false]);
  }
  const many = Array(MOST_URLS + 1).fill("http://a.test/");
  assertEquals(assertThrows(() => openUrls(many, OPTIONS, {}), JobError).details.limit, MOST_URLS);
});

Deno.test("openUrls() undoes the coding of an answer, or of a compressed file", async () => {
  const file = COMPRESS.gzip(FILE);
  const rows: Record<string, string>[] = [
    { "content-encoding": "gzip" },
    { "content-type": "application/gzip" },
  ];
  for (const headers of rows) {
    await using server = new FileServer(file, { headers });
    assertEquals((await read(server.url()))[0].bytes, FILE);
  }
  const refused: Record<string, string>[] = [
    { "content-encoding": "compress" },
    { "content-type": "application/zip" },
    { "content-type": "application/x-7z-compressed" },
    { "content-type": "multipart/form-data; boundary=x" },
    { "content-type": "image/png" },
  ];
  for (const headers of refused) {
    await using server = new FileServer(file, { headers });
    const error = await errorOf(server.url());
    assertEquals([error.code, error.status], ["unsupported_media", 415]);
    assertEquals(error.details.url, server.url());
  }
});

Deno.test("openUrls() takes what object stores hand on as a coding for nothing", async () => {
  for (const encoding of ["aws-chunked", "UTF-8", "none", "identity", ""]) {
    await using server = new FileServer(FILE, { headers: { "content-encoding": encoding } });
    assertEquals((await read(server.url()))[0].bytes, FILE, encoding);
  }
  await using server = new FileServer(COMPRESS.gzip(FILE), {
    headers: { "content-encoding": "aws-chunked", "content-type": "application/gzip" },
  });
  assertEquals((await read(server.url()))[0].bytes, FILE);
});

Deno.test("openUrls() refuses what a store has left in chunks of aws-chunked", async () => {
  const chunks = new TextEncoder().encode("5\r\nto be\r\n0\r\n\r\n");
  const headers = { "content-encoding": "aws-chunked" };
  await using server = new FileServer(chunks, { headers });
  const error = await assertRejects(() => read(server.url()), JobError, "aws-chunked");
  assertEquals(error.code, "unsupported_media");
});

Deno.test("openUrls() with auto undoes what the bytes or the path say", async () => {
  const octets = { "content-type": "application/octet-stream" };
  const rows: [Uint8Array<ArrayBuffer>, path: string][] = [
    [COMPRESS.gzip(FILE), "/a.txt.gz"],
    [COMPRESS.gzip(FILE), "/a"],
    [COMPRESS.br(FILE), "/a.br?b=c"],
    [FILE, "/a.gz"],
  ];
  for (const [file, path] of rows) {
    await using server = new FileServer(file, { headers: octets });
    const texts = await read(server.url(path), {}, { decompress: "auto" });
    assertEquals(texts[0].bytes, FILE, path);
  }
});

Deno.test("openUrls() gives several texts in order, with their charsets", async () => {
  const headers = { "content-type": "text/plain; charset=latin1" };
  await using first = new FileServer(FILE.subarray(0, 10), { headers });
  await using second = new FileServer(FILE, { headers: { "content-type": "text/plain;;" } });
  const texts = await read([first.url(), second.url("/a?b#c")]);
  assertEquals(texts, [
    { name: first.url(), charset: "latin1", bytes: FILE.subarray(0, 10) },
    { name: second.url("/a?b"), bytes: FILE },
  ]);
});

Deno.test("openUrls() keeps the limit of a body, declared or not", async () => {
  await using declared = new FileServer(FILE);
  await using undeclared = new FileServer(FILE, {
    answer: () => new Response(new Response(FILE).body),
  });
  for (const server of [declared, undeclared]) {
    const error = await errorOf(server.url(), {}, { maxBytes: 200_000 });
    assertEquals([error.code, error.details.limit], ["body_too_large", 200_000]);
  }
});

Deno.test("openUrls() ends its connections when its reader goes away", async () => {
  await using server = new FileServer(FILE);
  const { texts } = openUrls([server.url()], OPTIONS, {});
  for await (const part of texts) {
    const reader = ((part as TextPart).text as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await reader.cancel();
    break;
  }
}); // the server's shutdown waits for its connections

Deno.test("openUrls() ends a connection that came about when nobody waited any more", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<undefined>();
  await using server = new FileServer(FILE, {
    answer: () => {
      asked.resolve();
      return answer.promise;
    },
  });
  const opened = openUrls([server.url()], OPTIONS, {});
  const next = Array.fromAsync(opened.texts);
  await asked.promise;
  opened.cancel!("enough");
  answer.resolve(undefined);
  assertEquals(await next, []);
});

Deno.test("openUrls() reads everything again when it is asked again", async () => {
  await using server = new FileServer(FILE);
  const { texts, rewinds } = openUrls([server.url()], OPTIONS, {});
  assertEquals(rewinds, true);
  for (let i = 0; i < 2; i++) {
    for await (const part of texts) {
      const stream = (part as TextPart).text as ReadableStream<Uint8Array>;
      assertEquals(await readBytes(stream), FILE);
    }
  }
});

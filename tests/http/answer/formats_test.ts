import { assert, assertEquals, assertMatch } from "@std/assert";
import { tableFromIPC } from "apache-arrow";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { hasZstd } from "../../../src/input/decompressor.ts";
import { assertProblem, createTestApp, post, type TestApp } from "../../support/http/test_app.ts";

const MANY_WORDS = Array.from({ length: 200 }, (_, i) => `word${i}`).join(" ");

function count(test: TestApp, headers: HeadersInit = {}, query = "", text = "b a b") {
  return post(test.app, `/v1/count?top=0${query}`, text, { headers });
}

const FORMATS = {
  "application/json": /^\{"totals":.*"counts":\[\{"key":"b","count":2\},/,
  "application/x-ndjson": /^\{"key":"b","count":2\}\n\{"key":"a","count":1\}\n$/,
  "text/csv; charset=utf-8; header=present": /^key,count\r\nb,2\r\na,1\r\n$/,
  "text/tab-separated-values; charset=utf-8": /^b\t2\na\t1\n$/,
};

for (const [type, body] of Object.entries(FORMATS)) {
  Deno.test(`Accept: ${type} is answered so`, async () => {
    await using test = await createTestApp();
    for (const accept of [type, type.split(";")[0], type.replace("; header=present", "")]) {
      const response = await count(test, { accept });
      assertEquals(response.headers.get("content-type"), type, accept);
      assertEquals(response.headers.get("vary"), "accept, accept-encoding");
      assertMatch(await response.text(), body);
    }
  });
}

Deno.test("an Arrow stream is answered where it is asked for", async () => {
  await using test = await createTestApp();
  for (
    const response of [
      await count(test, { accept: "application/vnd.apache.arrow.stream" }),
      await count(test, {}, "&format=arrow"),
    ]
  ) {
    assertEquals(response.headers.get("content-type"), "application/vnd.apache.arrow.stream");
    const table = tableFromIPC(await response.bytes());
    assertEquals([...table.getChild("key")!], ["b", "a"]);
    assertEquals([...table.getChild("count")!], [2n, 1n]);
  }
});

Deno.test("Accept is weighed as RFC 9110 says; what takes anything gets JSON", async () => {
  await using test = await createTestApp();
  const rows = [
    ["*/*", "application/json"],
    ["text/html, application/xhtml+xml, */*;q=0.8", "application/json"],
    ["text/*", "text/csv"],
    ["text/csv;q=0.5, application/x-ndjson;q=0.9", "application/x-ndjson"],
    ["application/json;q=0, */*;q=0.1", "application/x-ndjson"],
    ["*/*;q=0.1, text/tab-separated-values", "text/tab-separated-values"],
    ["TEXT/CSV", "text/csv"],
    ["image/png, text/csv", "text/csv"],
    ["text/csv, */*", "text/csv"],
    ["text/csv;q=0.5, text/*;q=0.9", "text/tab-separated-values"],
    ["application/json;q=0.5, application/jsonl", "application/jsonl"],
    ["application/jsonl, application/x-ndjson", "application/x-ndjson"],
    ["application/*", "application/json"],
    ["application/json, text/event-stream", "application/json"],
    ["", "application/json"],
    // The defaults of axios, of Spring's RestTemplate, of jQuery, and of Java's oldest client.
    ["application/json, text/plain, */*", "application/json"],
    ["text/plain, application/json, application/*+json, */*", "application/json"],
    ["text/plain, */*; q=0.01", "text/plain"],
    ["text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "application/json"],
  ];
  for (const [accept, type] of rows) {
    const response = await count(test, { accept });
    assertEquals(response.headers.get("content-type")?.split(";")[0], type, accept);
  }
});

Deno.test("a format asked for by another of its names, or with its charset, is answered so", async () => {
  await using test = await createTestApp();
  const rows = [
    ["application/json; charset=utf-8", "application/json", /^\{"totals"/],
    ["application/json;charset=UTF-8;q=0.9, */*;q=0.1", "application/json", /^\{"totals"/],
    ["application/x-ndjson; charset=utf-8", "application/x-ndjson", /^\{"key":"b"/],
    ["application/ndjson", "application/ndjson", /^\{"key":"b"/],
    ["application/jsonl; charset=utf-8", "application/jsonl", /^\{"key":"b"/],
    ["application/x-jsonl", "application/x-jsonl", /^\{"key":"b"/],
    ["application/jsonlines", "application/jsonlines", /^\{"key":"b"/],
    ["application/x-jsonlines", "application/x-jsonlines", /^\{"key":"b"/],
    ["application/x-ldjson", "application/x-ldjson", /^\{"key":"b"/],
    ["application/nd-json", "application/nd-json", /^\{"key":"b"/],
    ["application/ld-json", "application/ld-json", /^\{"key":"b"/],
    ["application/json-lines", "application/json-lines", /^\{"key":"b"/],
    ["text/csv; charset=utf-8", "text/csv; charset=utf-8; header=present", /^key,count\r\n/],
    ["text/plain", "text/plain; charset=utf-8", /^b\t2\na\t1\n$/],
    ["text/plain;charset=utf-8", "text/plain; charset=utf-8", /^b\t2\na\t1\n$/],
    ["text/event-stream; charset=utf-8", "text/event-stream", /^retry|event: /],
  ] as const;
  for (const [accept, type, body] of rows) {
    const response = await count(test, { accept });
    assertEquals([response.status, response.headers.get("content-type")], [200, type], accept);
    assertMatch(await response.text(), body);
  }
  const { headers } = await count(test, { accept: "text/plain" }, "&format=ndjson");
  assertEquals(headers.get("content-type"), "application/x-ndjson");
});

Deno.test("nothing acceptable is a problem with the allowed list, before anything is counted", async () => {
  await using test = await createTestApp();
  const refused = [
    "image/png",
    "application/json;q=0",
    "nonsense",
    "text/html, image/*",
    "*/*;q=0",
  ];
  refused.push("text/csv; header=absent", "application/json; charset=iso-8859-1");
  for (const accept of refused) {
    const problem = await assertProblem(await count(test, { accept }), 406, "not-acceptable");
    assertEquals([problem.header, problem.value], ["accept", accept]);
    assert((problem.allowed as string[]).includes("application/x-ndjson"), `${problem.allowed}`);
  }
  assertEquals(test.engine.jobs.length, 0);
});

Deno.test("?format= outranks Accept", async () => {
  await using test = await createTestApp();
  for (const accept of ["application/json", "image/png", "*/*"]) {
    assertEquals(await (await count(test, { accept }, "&format=tsv")).text(), "b\t2\na\t1\n");
  }
});

Deno.test("?download= names the file by RFC 6266, without folders and controls", async () => {
  await using test = await createTestApp();
  const rows = [
    ["counts.csv", `filename="counts.csv"; filename*=UTF-8''counts.csv`],
    ["zählung.csv", `filename="z_hlung.csv"; filename*=UTF-8''z%C3%A4hlung.csv`],
    ['a"b%\\c', `filename="a_b__c"; filename*=UTF-8''a%22b%25_c`],
    [
      "../x\r\nset-cookie: a",
      `filename=".._x__set-cookie: a"; filename*=UTF-8''.._x__set-cookie%3A%20a`,
    ],
    ["(1)*'.tsv", `filename="(1)*'.tsv"; filename*=UTF-8''%281%29%2A%27.tsv`],
  ];
  for (const [name, disposition] of rows) {
    const response = await count(test, {}, `&download=${encodeURIComponent(name)}`);
    assertEquals(response.headers.get("content-disposition"), `attachment; ${disposition}`);
  }
  assertEquals((await count(test)).headers.has("content-disposition"), false);
});

Deno.test("answers from 1 KiB on are compressed as Accept-Encoding asks", async () => {
  await using test = await createTestApp();
  const plain = await (await count(test, {}, "&format=tsv", MANY_WORDS)).bytes();
  const rows = [
    ["gzip", "gzip", gunzipSync],
    ["br", "br", brotliDecompressSync],
    ["zstd", "zstd", zstdDecompressSync],
    ["gzip, deflate, br", "br", brotliDecompressSync],
    ["gzip, deflate, br, zstd", "zstd", zstdDecompressSync],
    ["gzip;q=1, br;q=0", "gzip", gunzipSync],
    ["zstd;q=0, *", "br", brotliDecompressSync],
    ["GZIP", "gzip", gunzipSync],
    ["x-gzip", "gzip", gunzipSync],
    ["zstd;q=0.5, br;q=0.6, gzip", "gzip", gunzipSync],
    ["br;q=0.2, gzip;q=0.1, identity;q=0.1", "br", brotliDecompressSync],
    ["gzip;q=0.5", "gzip", gunzipSync],
    ["gzip, identity", "gzip", gunzipSync],
    ["*;q=0, gzip;q=0.1", "gzip", gunzipSync],
    ["identity;q=0, gzip;q=0.1", "gzip", gunzipSync],
    ["deflate, gzip;q=0.1", "gzip", gunzipSync],
    ["br;q=0.9, *;q=0.1", "br", brotliDecompressSync],
    ["gzip;q=abc", "gzip", gunzipSync],
  ] as const;
  for (const [accepted, coding, decode] of rows) {
    if (coding === "zstd" && !hasZstd) continue;
    const response = await count(test, { "accept-encoding": accepted }, "&format=tsv", MANY_WORDS);
    assertEquals(response.headers.get("content-encoding"), coding, accepted);
    assertEquals(response.headers.get("content-type"), "text/tab-separated-values; charset=utf-8");
    assertEquals(new Uint8Array(decode(await response.bytes())), plain);
  }
});

Deno.test("answers that stream are compressed as they do", async () => {
  await using test = await createTestApp();
  const text = Array.from({ length: 30_000 }, (_, i) => `word${i}`).join(" ");
  const plain = await (await count(test, {}, "&format=ndjson", text)).bytes();
  const rows = [["gzip", gunzipSync], ["br", brotliDecompressSync]];
  if (hasZstd) rows.push(["zstd", zstdDecompressSync]);
  for (const [coding, decode] of rows as [string, typeof gunzipSync][]) {
    const response = await count(test, { "accept-encoding": coding }, "&format=ndjson", text);
    assertEquals(response.headers.get("content-encoding"), coding);
    assertEquals(new Uint8Array(decode(await response.bytes())), plain);
  }
});

Deno.test("answers stay as they are below 1 KiB and where Accept-Encoding says so", async () => {
  await using test = await createTestApp();
  const rows = [
    [{ "accept-encoding": "gzip" }, "a"],
    [{ "accept-encoding": "identity" }, MANY_WORDS],
    [{ "accept-encoding": "identity, gzip;q=0.5" }, MANY_WORDS],
    [{ "accept-encoding": "deflate" }, MANY_WORDS],
    [{ "accept-encoding": "" }, MANY_WORDS],
    [{ "accept-encoding": "gzip;q=0" }, MANY_WORDS],
    [{ "accept-encoding": "gzip;q=0.0, br;q=0" }, MANY_WORDS],
    [{ "accept-encoding": "identity;q=0.5, *;q=0.1" }, MANY_WORDS],
    [{ "accept-encoding": "identity, *;q=0" }, MANY_WORDS],
    [{}, MANY_WORDS],
  ] as const;
  for (const [headers, text] of rows) {
    const response = await count(test, headers, "&format=ndjson", text);
    assertEquals(response.headers.has("content-encoding"), false);
    assertMatch(await response.text(), /^\{"key":/);
  }
});

Deno.test("compress() makes even small answers for clients that refuse identity, or there is a problem", async () => {
  await using test = await createTestApp();
  for (const accepted of ["gzip, identity;q=0", "gzip;q=0.1, *;q=0"]) {
    for (const query of ["", "&format=tsv", "&format=arrow"]) {
      const response = await count(test, { "accept-encoding": accepted }, query);
      assertEquals(response.headers.get("content-encoding"), "gzip", accepted);
      gunzipSync(await response.bytes());
    }
  }
  const before = test.engine.jobs.length;
  for (const accepted of ["identity;q=0", "*;q=0", "deflate, *;q=0", "compress, identity;q=0"]) {
    const response = await count(test, { "accept-encoding": accepted });
    const problem = await assertProblem(response, 406, "not-acceptable");
    assertEquals([problem.header, problem.value], ["accept-encoding", accepted]);
    assert((problem.allowed as string[]).includes("gzip"), `${problem.allowed}`);
  }
  assertEquals(test.engine.jobs.length, before);
});

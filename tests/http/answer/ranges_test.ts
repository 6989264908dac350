import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { asksForRange, selectRange } from "../../../src/http/read/byte_range.ts";
import { ServerProcess } from "../../support/http/server.ts";
import { assertProblem, createTestApp, post, type TestApp } from "../../support/http/test_app.ts";

const TEXT = Array.from({ length: 500 }, (_, i) => `word${i}`).join(" ");
const SEEKABLE = ["csv", "tsv", "ndjson", "arrow"];

async function submit(test: TestApp, text = TEXT): Promise<string> {
  const response = await post(test.app, "/v1/jobs?top=0", text);
  assertEquals(response.status, 202, await response.text());
  await test.jobs.drained();
  return `${response.headers.get("location")}/result`;
}

const RANGES: readonly [range: string, offset: number, length: number][] = [
  ["bytes=0-3", 0, 4],
  ["bytes=5-", 5, 95],
  ["bytes=-5", 95, 5],
  ["bytes=99-99", 99, 1],
  ["bytes=90-1000000000000000000000", 90, 10],
  ["bytes=-1000", 0, 100],
  ["bytes=0-", 0, 100],
  ["Bytes=0-3", 0, 4],
  ["bytes= 0-3 ,", 0, 4],
  ["bytes=00-03", 0, 4],
];

Deno.test("selectRange() reads one range of bytes in all its forms", () => {
  for (const [range, offset, length] of RANGES) {
    assertEquals([range, selectRange(range, 100)], [range, { offset, length }]);
  }
});

Deno.test("asksForRange() ignores what is no single range of bytes, and other methods", () => {
  const ask = (range: string, method = "GET", more: Record<string, string> = {}) =>
    asksForRange(new Request("http://x", { method, headers: { range, ...more } }), '"a"');
  for (const [range] of RANGES) assertEquals(ask(range), true, range);
  const ignored = ["bytes=0-1,4-5", "bytes=5-3", "bytes=-", "bytes=a-b", "bytes=", "bytes"];
  ignored.push("lines=0-1", "0-1", "bytes=0x1-2", "bytes=-1-2", "bytes=1.5-2", "bytes=1 - 2", "");
  for (const range of ignored) assertEquals(ask(range), false, range);
  for (const method of ["HEAD", "POST"]) assertEquals(ask("bytes=0-3", method), false);
  const date = new Date().toUTCString();
  for (const [tag, asked] of [['"a"', true], ['"b"', false], ['W/"a"', false], [date, false]]) {
    assertEquals(ask("bytes=0-3", "GET", { "if-range": String(tag) }), asked, String(tag));
  }
});

Deno.test("HEAD says how long every format is, also to who takes codings", async () => {
  await using test = await createTestApp();
  const path = await submit(test);
  for (const format of [...SEEKABLE, "json"]) {
    for (const more of ["", "&top=7", "&limit=100", "&min=2", "&prefix=word1", "&order=key"]) {
      const at = `${path}?format=${format}${more}`;
      const { length } = await (await test.app.request(at)).bytes();
      for (const coding of ["identity", "gzip"]) {
        const headers = { "accept-encoding": coding };
        const head = await test.app.request(at, { method: "HEAD", headers });
        assertEquals([head.status, head.body], [200, null]);
        assertEquals(head.headers.get("content-length"), String(length), at);
        assertEquals(head.headers.has("content-encoding"), false);
        const parts = format === "json" ? null : "bytes";
        assertEquals(head.headers.get("accept-ranges"), parts, format);
      }
    }
  }
});

Deno.test("GET says the length of a whole where HEAD has learnt it", async () => {
  await using test = await createTestApp();
  const path = `${await submit(test)}?format=csv`;
  await test.app.request(path, { method: "HEAD" });
  const response = await test.app.request(path);
  const { length } = await response.bytes();
  assertEquals(response.headers.get("content-length"), String(length));
  const coded = await test.app.request(path, { headers: { "accept-encoding": "gzip" } });
  assertEquals(coded.headers.has("content-length"), false);
  await coded.body?.cancel();
});

Deno.test("a range of every format is that part of the whole, and never compressed", async () => {
  await using test = await createTestApp();
  const path = await submit(test);
  for (const format of SEEKABLE) {
    for (const more of ["", "&top=7", "&limit=100", "&order=key"]) {
      const at = `${path}?format=${format}${more}`;
      const response = await test.app.request(at);
      const whole = await response.bytes();
      const [offset, last] = [10, whole.length - 5];
      const headers = { range: `bytes=${offset}-${last}`, "accept-encoding": "gzip, br, zstd" };
      const part = await test.app.request(at, { headers });
      assertEquals(part.status, 206);
      assertEquals(await part.bytes(), whole.slice(offset, last + 1), at);
      const { headers: said } = part;
      assertEquals(said.get("content-range"), `bytes ${offset}-${last}/${whole.length}`);
      assertEquals(said.get("content-length"), String(last + 1 - offset));
      assertEquals(said.has("content-encoding"), false);
      for (const name of ["etag", "content-type", "last-modified", "link", "vary"]) {
        assertEquals(said.get(name), response.headers.get(name), name);
      }
    }
  }
});

Deno.test("a range is answered by the whole where it is ignored", async () => {
  await using test = await createTestApp();
  const path = await submit(test);
  const rows: [string, Record<string, string>][] = [
    ["format=json", { range: "bytes=0-3" }],
    ["format=csv", { range: "bytes=0-1,4-5" }],
    ["format=csv", { range: "bytes=0-3", "if-range": '"x"' }],
    ["format=csv", { range: "bytes=0-3", "accept-encoding": "gzip, identity;q=0" }],
  ];
  for (const [query, headers] of rows) {
    const response = await test.app.request(`${path}?${query}`, { headers });
    await response.body?.cancel();
    assertEquals([response.status, response.headers.has("content-range")], [200, false]);
  }
});

Deno.test("a range beyond the end is a problem that says the length", async () => {
  await using test = await createTestApp();
  const path = `${await submit(test)}?format=tsv`;
  const { length } = await (await test.app.request(path)).bytes();
  for (const range of [`bytes=${length}-`, "bytes=-0", `bytes=${length + 5}-${length + 9}`]) {
    const response = await test.app.request(path, { headers: { range } });
    assertEquals(response.headers.get("content-range"), `bytes */${length}`);
    const problem = await assertProblem(response, 416, "range-not-satisfiable");
    assertEquals([problem.value, problem.length], [range, length]);
  }
  const empty = await test.app.request(`${path}&prefix=x`, { headers: { range: "bytes=0-" } });
  assertEquals(empty.headers.get("content-range"), "bytes */0");
  await assertProblem(empty, 416, "range-not-satisfiable");
});

Deno.test("conditions are weighed in the order of RFC 9110, 13.2.2", async () => {
  await using test = await createTestApp();
  const path = `${await submit(test)}?format=csv`;
  const { headers } = await test.app.request(path, { method: "HEAD" });
  const [etag, modified] = ["etag", "last-modified"].map((name) => headers.get(name)!);
  const at = (ms: number) => new Date(Date.parse(modified) + ms).toUTCString();
  const range = "bytes=0-3";
  const rows: [Record<string, string>, number][] = [
    [{ "if-match": etag }, 200],
    [{ "if-match": `"x", ${etag}` }, 200],
    [{ "if-match": "*" }, 200],
    [{ "if-match": '"x"' }, 412],
    [{ "if-match": `W/${etag}` }, 412],
    [{ "if-match": '"x"', "if-none-match": etag }, 412],
    [{ "if-match": etag, "if-none-match": etag }, 304],
    [{ "if-match": etag, "if-unmodified-since": at(-1000) }, 200],
    [{ "if-unmodified-since": at(-1000) }, 412],
    [{ "if-unmodified-since": modified }, 200],
    [{ "if-unmodified-since": "yesterday" }, 200],
    [{ "if-modified-since": modified }, 304],
    [{ "if-modified-since": at(-1000) }, 200],
    [{ "if-modified-since": "yesterday" }, 200],
    [{ "if-none-match": '"x"', "if-modified-since": modified }, 200],
    [{ range, "if-match": '"x"' }, 412],
    [{ range, "if-none-match": etag }, 304],
    [{ range, "if-match": etag, "if-range": etag }, 206],
  ];
  for (const [headers, status] of rows) {
    for (const method of ["GET", "HEAD"]) {
      const response = await test.app.request(path, { method, headers });
      const expected = method === "HEAD" && status === 206 ? 200 : status;
      assertEquals([headers, method, response.status], [headers, method, expected]);
      if (status === 412) {
        assertEquals(response.headers.get("content-type"), "application/problem+json");
      }
      await response.body?.cancel();
    }
  }
  const problem = await assertProblem(
    await test.app.request(path, { headers: { "if-match": '"x"' } }),
    412,
    "precondition-failed",
  );
  assertEquals([problem.header, problem.value, problem.etag], ["if-match", '"x"', etag]);
});

Deno.test("conditions may name the tag that HEAD or GET told, under whatever coding", async () => {
  await using test = await createTestApp();
  const path = `${await submit(test)}?format=csv`;
  const gzip = { "accept-encoding": "gzip, zstd" };
  const tags = new Set<string>();
  for (const [method, headers] of [["HEAD", gzip], ["GET", gzip], ["GET", {}]] as const) {
    const response = await test.app.request(path, { method, headers });
    await response.body?.cancel();
    tags.add(response.headers.get("etag")!);
  }
  assertEquals(tags.size, 2);
  for (const tag of tags) {
    const rows: [string, Record<string, string>, number][] = [
      ["GET", { ...gzip, "if-match": tag }, 200],
      ["HEAD", { ...gzip, "if-match": tag }, 200],
      ["GET", { ...gzip, "if-match": tag, range: "bytes=0-3" }, 206],
      ["GET", { "if-match": tag }, 200],
      ["GET", { ...gzip, "if-none-match": tag }, 304],
      ["HEAD", { ...gzip, "if-none-match": tag }, 304],
    ];
    for (const [method, headers, status] of rows) {
      const response = await test.app.request(path, { method, headers });
      await response.body?.cancel();
      assertEquals([method, headers, response.status], [method, headers, status]);
    }
  }
  // A part of what was compressed is no part of what is not.
  const coded = [...tags].find((tag) => tag.includes("-"))!;
  const headers = { ...gzip, "if-range": coded, range: "bytes=0-3" };
  const response = await test.app.request(path, { headers });
  await response.body?.cancel();
  assertEquals(response.status, 200);
});

Deno.test("conditions of a POST are not about the result that it waits for", async () => {
  await using test = await createTestApp();
  const headers = {
    prefer: "wait=30",
    "if-none-match": "*",
    "if-match": '"x"',
    range: "bytes=0-3",
  };
  const response = await post(test.app, "/v1/jobs", TEXT, { headers });
  assertEquals(response.status, 200);
  await response.body?.cancel();
});

Deno.test("over a socket, HEAD has its length and parts make the whole", async () => {
  await using server = await ServerProcess.start();
  const accepted = await fetch(`${server.origin}/v1/jobs?top=0`, {
    method: "POST",
    body: TEXT,
    headers: { prefer: "wait=30" },
  });
  await accepted.body?.cancel();
  const path = `${server.origin}${accepted.headers.get("location")}/result?format=ndjson`;
  const head = await fetch(path, { method: "HEAD" });
  const length = Number(head.headers.get("content-length"));
  const whole = await (await fetch(path)).text();
  assertEquals([head.status, length], [200, whole.length]);
  let joined = "";
  for (let at = 0; at < length; at += 4000) {
    const part = await fetch(path, { headers: { range: `bytes=${at}-${at + 3999}` } });
    assertMatch(part.headers.get("content-range")!, /^bytes \d+-\d+\/\d+$/);
    joined += await part.text();
  }
  assertEquals(joined, whole);
  assertNotEquals(whole, "");
});

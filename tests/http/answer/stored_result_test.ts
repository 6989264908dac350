import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { assertProblem, createTestApp, post, type TestApp } from "../../support/http/test_app.ts";

const TEXT = "b a b c b a ab";
const BY_COUNT = ["b\t3", "a\t2", "ab\t1", "c\t1"];

/** Submits a job, waits until it is stored, and gives the address of its result. */
async function submit(test: TestApp, query = "", text = TEXT): Promise<string> {
  const response = await post(test.app, `/v1/jobs?${query}`, text);
  assertEquals(response.status, 202, await response.text());
  await test.jobs.drained();
  return `${response.headers.get("location")}/result`;
}

async function lines(test: TestApp, path: string): Promise<string[]> {
  const response = await test.app.request(path);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return text.split("\n").slice(0, -1);
}

/** The answers from a page on, following `next`, and the number of pages. */
async function follow(test: TestApp, path: string) {
  const all: string[] = [];
  let pages = 0;
  for (let next: string | undefined = path; next !== undefined; pages++) {
    const response: Response = await test.app.request(next);
    all.push(...(await response.text()).split("\n").slice(0, -1));
    next = /^<(.+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
  }
  return { all, pages };
}

Deno.test("a result is paged through Link, whatever the limit, format and order", async () => {
  await using test = await createTestApp();
  const path = await submit(test);
  const byKey = BY_COUNT.toSorted();
  for (const [limit, pages] of [[1, 4], [2, 2], [3, 2], [4, 1], [5, 1], [0, 1]]) {
    const query = `?format=tsv&limit=${limit}`;
    assertEquals(await follow(test, `${path}${query}`), { all: BY_COUNT, pages });
    assertEquals(await follow(test, `${path}${query}&order=key`), { all: byKey, pages });
  }
});

Deno.test("pages keep to top, min and prefix of the whole list", async () => {
  await using test = await createTestApp();
  const path = `${await submit(test)}?format=tsv&limit=1`;
  const rows: [string, string[]][] = [
    ["top=2", ["b\t3", "a\t2"]],
    ["min=2", ["b\t3", "a\t2"]],
    ["min=2&max=2", ["a\t2"]],
    ["max=2&top=1", ["a\t2"]],
    ["prefix=a", ["a\t2", "ab\t1"]],
    ["prefix=A&top=1", ["a\t2"]],
    ["prefix=x", []],
    ["order=key&top=3", ["a\t2", "ab\t1", "b\t3"]],
    ["order=key&min=2", ["a\t2", "b\t3"]],
  ];
  for (const [query, expected] of rows) {
    const { all, pages } = await follow(test, `${path}&${query}`);
    assertEquals(all, expected, query);
    assertEquals(pages, Math.max(1, expected.length), query);
  }
});

Deno.test("JSON says next, and the page after it goes on there", async () => {
  await using test = await createTestApp();
  const path = await submit(test);
  const first = await (await test.app.request(`${path}?limit=3&min=1`)).json();
  assertEquals([first.counts.length, first.truncated], [3, 1]);
  assertMatch(first.next, /^\/v1\/jobs\/[^/]+\/result\?limit=3&min=1&cursor=/);
  const second = await (await test.app.request(first.next)).json();
  assertEquals(second.counts, [{ key: "c", count: 1 }]);
  assertEquals("next" in second, false);
});

Deno.test("a cursor goes on without a limit, and with another", async () => {
  await using test = await createTestApp();
  const path = await submit(test);
  const { next } = await (await test.app.request(`${path}?limit=1`)).json();
  const cursor = new URLSearchParams(next.split("?")[1]).get("cursor");
  assertEquals(await lines(test, `${path}?format=tsv&cursor=${cursor}`), BY_COUNT.slice(1));
  const two = await lines(test, `${path}?format=tsv&cursor=${cursor}&limit=2`);
  assertEquals(two, BY_COUNT.slice(1, 3));
});

Deno.test("what is no cursor of this list is a problem", async () => {
  await using test = await createTestApp();
  const path = await submit(test);
  const { next } = await (await test.app.request(`${path}?limit=1`)).json();
  const cursor = new URLSearchParams(next.split("?")[1]).get("cursor")!;
  const other = await submit(test);
  const [position, shown, check] = cursor.split(".");
  const bad = [
    `${path}?cursor=x`,
    `${path}?cursor=0.0.`,
    `${path}?cursor=${cursor}0`,
    `${path}?cursor=${cursor.slice(0, -1)}`,
    `${path}?cursor=${position}0.${shown}.${check}`,
    `${path}?cursor=${position}.0.${check}`,
    `${path}?cursor=0${cursor}`,
    `${path}?cursor=${cursor}&order=key`,
    `${path}?cursor=${cursor}&min=2`,
    `${path}?cursor=${cursor}&top=3`,
    `${path}?cursor=${cursor}&prefix=a`,
    `${other}?cursor=${cursor}`,
    `${path}?cursor=${"z".repeat(129)}`,
  ];
  for (const each of bad) {
    const problem = await assertProblem(await test.app.request(each), 400, "invalid-parameter");
    assertEquals(problem.parameter, "cursor");
  }
});

Deno.test("the prefix is folded as the job's keys are", async () => {
  await using test = await createTestApp();
  const folded = await submit(test, "order=key&format=tsv");
  assertEquals(await lines(test, `${folded}?prefix=A`), ["a\t2", "ab\t1"]);
  const kept = await submit(test, "order=key&format=tsv&case=preserve");
  assertEquals(await lines(test, `${kept}?prefix=A`), []);
  const { options } = await (await test.app.request(`${folded}?prefix=A&format=json`)).json();
  assertEquals(options.prefix, "A");
});

Deno.test("Accept chooses where neither the reader nor the job's POST named a format", async () => {
  await using test = await createTestApp();
  const plain = await submit(test);
  const tsv = await submit(test, "format=tsv");
  const rows = [
    [plain, "*/*", "application/json"],
    [plain, "text/csv", "text/csv"],
    [tsv, "*/*", "text/tab-separated-values"],
    [tsv, "application/json", "application/json"],
    [`${tsv}?format=ndjson`, "application/json", "application/x-ndjson"],
  ];
  for (const [path, accept, type] of rows) {
    const response = await test.app.request(path, { headers: { accept } });
    assertEquals(response.headers.get("content-type")?.split(";")[0], type);
    await response.body?.cancel();
  }
  const headers = { accept: "image/png" };
  await assertProblem(await test.app.request(plain, { headers }), 406, "not-acceptable");
});

Deno.test("a result has a strong ETag, one for each representation", async () => {
  await using test = await createTestApp();
  const path = await submit(test);
  const other = await submit(test);
  const tag = async (path: string, headers: HeadersInit = {}) => {
    const response = await test.app.request(path, { headers });
    await response.body?.cancel();
    assertEquals(response.headers.get("cache-control"), "private, no-cache");
    return response.headers.get("etag")!;
  };
  const tags = [
    await tag(path),
    await tag(`${path}?format=tsv`),
    await tag(path, { accept: "text/csv" }),
    await tag(path, { "accept-encoding": "gzip" }),
    await tag(`${path}?top=1`),
    await tag(`${path}?limit=1`),
    await tag(`${path}?order=key`),
    await tag(`${path}?prefix=a`),
    await tag(other),
  ];
  assertEquals(new Set(tags).size, tags.length);
  for (const each of tags) assertMatch(each, /^"[0-9a-f]{24}(-gzip)?"$/);
  assertEquals(await tag(path), tags[0]);
  assertEquals(await tag(`${path}?format=json`), tags[0]);
});

Deno.test("If-None-Match gets 304 for what the client has, and the answer otherwise", async () => {
  await using test = await createTestApp();
  const path = `${await submit(test)}?limit=1`;
  const etag = (await test.app.request(path)).headers.get("etag")!;
  for (const value of [etag, `"x", ${etag}`, `W/${etag}`, "*"]) {
    const response = await test.app.request(path, { headers: { "if-none-match": value } });
    assertEquals([response.status, await response.text()], [304, ""], value);
    assertEquals(response.headers.get("etag"), etag);
    assertEquals(response.headers.get("vary"), "accept, accept-encoding");
  }
  for (const value of ['"x"', ""]) {
    const response = await test.app.request(path, { headers: { "if-none-match": value } });
    assertEquals(response.status, 200);
    assertNotEquals(await response.text(), "");
  }
});

Deno.test("HEAD of a result has the headers of GET and no body", async () => {
  await using test = await createTestApp();
  const path = `${await submit(test)}?limit=1&format=csv&download=x.csv`;
  const [get, head] = [
    await test.app.request(path),
    await test.app.request(path, { method: "HEAD" }),
  ];
  assertEquals([head.status, await head.text()], [200, ""]);
  for (const name of ["content-type", "etag", "link", "content-disposition", "vary"]) {
    assertEquals(head.headers.get(name), get.headers.get(name), name);
    assertNotEquals(head.headers.get(name), null, name);
  }
});

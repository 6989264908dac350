import { assertEquals, assertMatch } from "@std/assert";
import { assertProblem, createTestApp, post } from "../../support/http/test_app.ts";
import { VERSION } from "../../../src/version.ts";

Deno.test("POST /v1/count answers totals, stages, options and counts", async () => {
  await using test = await createTestApp();
  const response = await post(test.app, "/v1/count?top=2", "b a b c b a");
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "application/json");
  assertEquals(response.headers.get("cache-control"), "no-store");
  const answer = await response.json();
  assertEquals(answer.totals, { bytes: 11, tokens: 6, keys: 3, counted: 6, replacements: 0 });
  assertEquals(answer.ms, { read: 1, map: 0, reduce: 0.25, total: 1.5 });
  assertEquals([answer.chunks, answer.attempts, answer.workers], [1, 1, 1]);
  assertEquals(answer.counts, [{ key: "b", count: 3 }, { key: "a", count: 2 }]);
  assertEquals(answer.truncated, 1);
  assertEquals([answer.options.top, answer.options.tokenizer], [2, "unicode"]);
});

Deno.test("PUT /v1/count refuses a part of a body, which would be counted as the whole", async () => {
  await using test = await createTestApp();
  for (const range of ["bytes 5-18/19", "bytes 0-18/19", "bytes */19", "lines 1-2/3", ""]) {
    const headers = { "content-range": range };
    const response = await post(test.app, "/v1/count", "a b a", { method: "PUT", headers });
    const problem = await assertProblem(response, 400, "invalid-header");
    assertEquals([problem.header, problem.value], ["content-range", range]);
  }
});

Deno.test("PUT /v1/count does the same", async () => {
  await using test = await createTestApp();
  const response = await post(test.app, "/v1/count", "a b a", { method: "PUT" });
  assertEquals((await response.json()).counts, [{ key: "a", count: 2 }, { key: "b", count: 1 }]);
});

Deno.test("POST /v1/count?format=tsv answers key TAB count LF", async () => {
  await using test = await createTestApp();
  const response = await post(test.app, "/v1/count?format=tsv", "b é b");
  assertEquals(response.headers.get("content-type"), "text/tab-separated-values; charset=utf-8");
  assertEquals(await response.text(), "b\t2\né\t1\n");
});

Deno.test("POST /v1/count hands parsed options and limits to the engine", async () => {
  await using test = await createTestApp({ maxBodyBytes: 100 });
  const query = "case=preserve&normalization=nfc&n=2&lineBound=true&top=0&min=2" +
    "&order=key&minLength=1&maxLength=9&prefix=x%20y&stopWords=the,a&invalid=reject&bom=keep" +
    "&charset=latin1&locale=th&stopMode=all&keep=b&stop=EN&tokenizer=icu&partition=RANGE&borders=Z,a";
  await post(test.app, `/v1/count?${query}`, "a");
  assertEquals(test.engine.jobs[0].options, {
    tokenizer: "icu",
    case: "preserve",
    normalization: "nfc",
    n: 2,
    lineBound: true,
    keepCR: false,
    top: 0,
    min: 1, // the answer leaves out what is rare: partitions tell all keys
    max: 0,
    order: "key",
    partition: "range",
    borders: ["Z", "a"],
    minLength: 1,
    maxLength: 9,
    prefix: "x y",
    stop: ["en"],
    stopWords: ["the", "a"],
    stopMode: "all",
    keep: ["b"],
    invalid: "reject",
    bom: "keep",
    charset: "windows-1252",
    locale: "th",
    key: [],
    value: "",
    agg: [],
    where: "",
    by: [],
    tz: "UTC",
    patterns: [],
    overlap: "leftmostLongest",
    group: "",
    mode: "exact",
    memory: 64 * 2 ** 20,
    records: "auto",
    header: false,
    delimiter: ",",
    onError: "fail",
    round: -1,
    match: "",
  });
});

Deno.test("POST /v1/count says what has become of case, by the tokenizer and the input", async () => {
  await using test = await createTestApp();
  const json = { headers: { "content-type": "application/json" } };
  const rows: [string, string, RequestInit, string][] = [
    ["", "A", {}, "fold"],
    ["?tokenizer=lines", "A", {}, "preserve"],
    ["?case=fold&tokenizer=lines", "A", {}, "fold"],
    ["", '["A"]', json, "preserve"],
    ["?case=FOLD", '["A"]', json, "fold"],
    ["", '{"texts": ["A"]}', json, "fold"],
    ["", "A", {}, "fold"],
  ];
  for (const [query, body, init, folding] of rows) {
    const response = await post(test.app, `/v1/count${query}`, body, init);
    assertEquals((await response.json()).options.case, folding, `${query} ${body}`);
    const job = await post(test.app, `/v1/jobs${query}`, body, init);
    assertEquals((await job.json()).options.case, folding, `${query} ${body}`);
  }
});

Deno.test("POST /v1/count takes the charset of the content type, unless the query names one", async () => {
  await using test = await createTestApp();
  const headers = { "content-type": 'text/plain; charset="UTF-16LE"' };
  const response = await post(test.app, "/v1/count", "a", { headers });
  assertEquals(test.engine.jobs[0].options.charset, "utf-16le");
  assertEquals((await response.json()).options.charset, "utf-16le");
  await post(test.app, "/v1/count?charset=utf8", "a", { headers });
  assertEquals(test.engine.jobs[1].options.charset, "utf-8");
  await post(test.app, "/v1/count", "a", { headers: { "content-type": "text/plain" } });
  assertEquals(test.engine.jobs[2].options.charset, "auto");
});

Deno.test("GET / says how to begin, at the address that was asked", async () => {
  await using test = await createTestApp({ hosts: ["*"] });
  const response = await test.app.request("http://example.test:81/");
  assertEquals(response.status, 200);
  assertMatch(await response.text(), /curl -sT - 'http:\/\/example\.test:81\/v1\/count\?top=3'/);
});

Deno.test("GET /healthz and GET /v1/kernels answer, and so do their HEADs", async () => {
  await using test = await createTestApp();
  const health = await test.app.request("/healthz");
  assertEquals(await health.json(), { status: "ok", version: VERSION, workers: 1, runningJobs: 0 });
  const kernels = await test.app.request("/v1/kernels");
  assertEquals((await kernels.json()).kernels[0].name, "fake");
  for (const path of ["/", "/healthz", "/v1/kernels"]) {
    const head = await test.app.request(path, { method: "HEAD" });
    assertEquals([head.status, await head.text()], [200, ""]);
  }
});

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { resetSync } from "@logtape/logtape";
import { JobError } from "../../../src/contract/problems.ts";
import { captureLogs } from "../../support/logs.ts";
import { assertProblem, createTestApp, post } from "../../support/http/test_app.ts";

const UTF8_HTML = "text/html; charset=utf-8";

const bad = [
  { query: "tops=1", code: "unknown-parameter", says: "'tops'", member: ["parameter", "tops"] },
  { query: "top=1&top=2", code: "duplicate-parameter", says: "'top'" },
  { query: "top=-1", code: "invalid-parameter", says: "'-1'", member: ["value", "-1"] },
  { query: "top=1e-3", code: "invalid-parameter", says: "'1e-3'" },
  { query: "top=1.5", code: "invalid-parameter", says: "0 to 4294967295" },
  { query: "top=NaN", code: "invalid-parameter", says: "'NaN'" },
  { query: "top=1e400", code: "invalid-parameter", says: "0 to 4294967295" },
  { query: "top=", code: "invalid-parameter", says: "''" },
  { query: "top=99999999999", code: "invalid-parameter", says: "0 to 4294967295" },
  { query: "min=x", code: "invalid-parameter", says: "'x'" },
  { query: "n=6", code: "invalid-parameter", says: "1 to 5" },
  { query: "n=0", code: "invalid-parameter", says: "'0'" },
  {
    query: "order=size",
    code: "invalid-parameter",
    says: "'size'",
    member: ["allowed", ["count", "value", "key"]],
  },
  { query: "case=folded", code: "invalid-parameter", says: "'fold', 'preserve'" },
  { query: "format=xml", code: "invalid-parameter", says: "'json', 'ndjson'" },
  { query: "tokenizer=%00", code: "invalid-parameter", says: "'unicode'" },
  { query: "lineBound=2", code: "invalid-parameter", says: "'true', 'false'" },
  { query: "lineBound=", code: "invalid-parameter", says: "''" },
  { query: "minLength=3&maxLength=2", code: "invalid-parameter", says: "3 is more than" },
  { query: "stop=xx", code: "invalid-parameter", says: "'xx'" },
  { query: "stopWords=a,,b", code: "invalid-parameter", says: "without empty ones" },
  { query: `prefix=${"p".repeat(1025)}`, code: "invalid-parameter", says: "1024" },
  { query: "locale=-", code: "invalid-parameter", says: "BCP 47" },
  { query: "tokenizer=icu&locale=tlh", code: "invalid-parameter", says: "that ICU knows" },
  { query: "prefix=%FF", code: "invalid-parameter", says: "not UTF-8" },
  { query: "stopWords=a,%C3", code: "invalid-parameter", says: "not UTF-8" },
  {
    query: "locale=th",
    code: "invalid-parameter",
    says: "only tokenizer=icu does",
    member: ["other", "tokenizer"],
  },
  { query: "keepCR=true", code: "invalid-parameter", says: "only tokenizer=lines does" },
  {
    query: "stopMode=all",
    code: "invalid-parameter",
    says: "no stop words",
    member: ["other", "stop"],
  },
  { query: "keep=not", code: "invalid-parameter", says: "'stop'", member: ["other", "stop"] },
  { query: "charset=klingon", code: "unknown-charset", says: "'klingon'", status: 415 },
];

for (const { query, code, says, member, status } of bad) {
  Deno.test(`POST /v1/count?${query.slice(0, 40)} is a problem: ${code}`, async () => {
    await using test = await createTestApp();
    const problem = await assertProblem(
      await post(test.app, `/v1/count?${query}`, "a"),
      status ?? 400,
      code,
    );
    assertStringIncludes(problem.detail, says);
    if (member) assertEquals(problem[member[0] as string], member[1]);
    assertEquals(test.engine.jobs.length, 0);
    assertEquals((await post(test.app, "/v1/count", "a")).status, 200);
  });
}

Deno.test("an unknown path is a problem that names the paths", async () => {
  await using test = await createTestApp();
  for (const path of ["/v1", "/v1/count/", "/v1/jobs/a/b", "/v1/jobs//result", "/favicon.ico"]) {
    const problem = await assertProblem(await test.app.request(path), 404, "not-found");
    assertStringIncludes(problem.detail, path);
  }
});

Deno.test("a wrong method on a known path is a problem with Allow", async () => {
  await using test = await createTestApp();
  const rows = [
    ["GET", "/v1/count", "POST, PUT, OPTIONS"],
    ["HEAD", "/v1/count", "POST, PUT, OPTIONS"],
    ["DELETE", "/v1/jobs", "GET, POST, HEAD, OPTIONS"],
    ["PATCH", "/v1/jobs/x", "GET, PUT, DELETE, HEAD, OPTIONS"],
    ["POST", "/healthz", "GET, HEAD, OPTIONS"],
    ["BREW", "/", "GET, HEAD, OPTIONS"],
  ];
  for (const [method, path, allow] of rows) {
    const response = await test.app.request(path, { method });
    assertEquals([method, path, response.headers.get("allow")], [method, path, allow]);
    assertEquals(response.status, 405);
    if (method !== "HEAD") await assertProblem(response, 405, "method-not-allowed");
  }
});

Deno.test("OPTIONS says what a path allows", async () => {
  await using test = await createTestApp();
  const response = await test.app.request("/v1/jobs/x/result", { method: "OPTIONS" });
  assertEquals([response.status, response.headers.get("allow")], [204, "GET, HEAD, OPTIONS"]);
});

Deno.test("an empty body is a problem, with and without a stream", async () => {
  await using test = await createTestApp();
  const empty = () => new ReadableStream({ start: (controller) => controller.close() });
  for (const body of [() => null, () => "", empty]) {
    for (const path of ["/v1/count", "/v1/jobs"]) {
      await assertProblem(await post(test.app, path, body()), 400, "empty-body");
    }
  }
  const headers = { "content-length": "0" };
  await assertProblem(await post(test.app, "/v1/count", "", { headers }), 400, "empty-body");
});

Deno.test("a body above the limit is a problem, by its declared length and by its bytes", async () => {
  await using test = await createTestApp({ maxBodyBytes: 4 });
  const headers = { "content-length": "5" };
  const declared = await post(test.app, "/v1/count", "abcde", { headers });
  assertEquals((await assertProblem(declared, 413, "body-too-large")).limit, 4);
  assertEquals(test.engine.jobs.length, 0);
  const undeclared = await post(test.app, "/v1/count", "abcde");
  assertEquals((await assertProblem(undeclared, 413, "body-too-large")).limit, 4);
  assertEquals((await post(test.app, "/v1/count", "abcd")).status, 200);
});

Deno.test("a JSON body that cannot be used is a problem that says where", async () => {
  await using test = await createTestApp();
  const headers = { "content-type": "application/json; charset=utf-8" };
  const rows: [string | Uint8Array<ArrayBuffer>, string, RegExp][] = [
    ['["a", 1]', "invalid-json", /element 1 is a number/],
    ['["a", ["b"]]', "invalid-json", /element 1 is an array/],
    ['{"a": 1}', "invalid-json", /unknown member 'a'/],
    ['{"__proto__": []}', "invalid-json", /unknown member '__proto__'/],
    ["{}", "invalid-json", /0 members, not one/],
    ['{"text": "a", "words": []}', "invalid-json", /2 members, not one/],
    ['{"text": ["a"]}', "invalid-json", /'text' is an array, not a string/],
    ['{"texts": "a"}', "invalid-json", /'texts' is a string, not an array/],
    ['{"words": ["a", null]}', "invalid-json", /'words' element 1 is null/],
    ['{"texts": []}', "empty-body", /array is empty/],
    ['{"url": "http://a/\\ud800"}', "invalid-json", /URL 0 is no Unicode text/],
    ["null", "invalid-json", /it is null/],
    ['["a",', "invalid-json", /JSON/],
    [Uint8Array.of(0x5b, 0xff, 0x5d), "invalid-json", /JSON/],
    ['{"text": "a", "text": "b"}', "invalid-json", /has the member 'text' twice/],
    ["[]", "empty-body", /array is empty/],
  ];
  for (const [body, code, says] of rows) {
    const response = await post(test.app, "/v1/count", body, { headers });
    const problem = await assertProblem(response, 400, code);
    assertMatch(problem.detail as string, says);
  }
  const response = await post(test.app, "/v1/count?format=tsv", '["b", "a", "b"]', { headers });
  assertEquals(await response.text(), "b\t2\na\t1\n");
});

Deno.test("a multipart body that cannot be read is a problem", async () => {
  await using test = await createTestApp();
  const headers = { "content-type": "multipart/form-data; boundary=x" };
  const rows = [["a", /ends early/], ["--x\r\n\r\n", /part 0 is no form-data/]] as const;
  for (const [body, says] of rows) {
    const response = await post(test.app, "/v1/count", body, { headers });
    assertMatch((await assertProblem(response, 400, "invalid-multipart")).detail, says);
  }
  const unbounded = { "content-type": "multipart/form-data" };
  const response = await post(test.app, "/v1/count", "a", { headers: unbounded });
  await assertProblem(response, 400, "invalid-multipart");
});

Deno.test("a body that is no plain text is a problem", async () => {
  await using test = await createTestApp();
  const rows = [
    ["content-encoding", "compress", "unsupported-media"],
    ["content-encoding", "gzip, br, gzip", "unsupported-media"],
    ["content-type", "multipart/mixed; boundary=x", "unsupported-media"],
    ["content-type", "application/gzip", "unsupported-media"],
    ["content-type", "text/plain; charset=ebcdic", "unknown-charset"],
  ];
  for (const [header, value, code] of rows) {
    const response = await post(test.app, "/v1/count", "a", { headers: { [header]: value } });
    await assertProblem(response, 415, code);
  }
  for (const value of ["application/x-www-form-urlencoded", UTF8_HTML, "text/csv"]) {
    const headers = { "content-type": value, "content-encoding": "identity" };
    assertEquals((await post(test.app, "/v1/count", "a", { headers })).status, 200);
  }
});

Deno.test("a failure of the job keeps its code, status and details", async () => {
  await using test = await createTestApp();
  test.engine.failure = new JobError("out_of_memory", "Cannot count: 9 pages exceed 8", {
    details: { limit: 8 },
  });
  const problem = await assertProblem(await post(test.app, "/v1/count", "a"), 507, "out-of-memory");
  assertEquals([problem.limit, problem.detail], [8, "Cannot count: 9 pages exceed 8"]);
});

Deno.test("an unexpected failure is a problem that shows nothing of the inside", async () => {
  await using test = await createTestApp();
  const logged = captureLogs();
  try {
    test.engine.failure = new TypeError("secret is not a function");
    const problem = await assertProblem(await post(test.app, "/v1/count", "a"), 500, "internal");
    assert(!JSON.stringify(problem).includes("secret"), JSON.stringify(problem));
    assertEquals(logged.map(({ msg, level }) => [msg, level]), [["Request failed", "error"]]);
    assertStringIncludes(String(logged[0].error), "secret is not a function");
  } finally {
    resetSync();
  }
  assertEquals((await post(test.app, "/v1/count", "a")).status, 200);
});

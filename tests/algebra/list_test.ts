import { assertEquals } from "@std/assert";
import { countAsJob, merge, rowsOf, startCounting, totalsOf } from "../support/algebra.ts";
import { type Asked, assertProblem, post } from "../support/http/test_app.ts";

const TSV = "text/tab-separated-values";
const CSV = "text/csv";
const NDJSON = "application/x-ndjson";

function send(
  app: Asked,
  body: BodyInit,
  type: string,
  query = "",
  headers: Record<string, string> = {},
): Promise<Response> {
  return post(app, `/v1/results?${query}`, body, { headers: { "content-type": type, ...headers } });
}

async function sent(...given: Parameters<typeof send>): Promise<string> {
  const response = await send(...given);
  const text = await response.text();
  assertEquals(response.status, 201, text);
  const job = JSON.parse(text);
  assertEquals(response.headers.get("location"), `/v1/jobs/${job.id}`);
  return job.id;
}

Deno.test("POST /v1/results makes a result of a list in each form, with keys added up", async () => {
  await using test = await startCounting();
  const { app } = test;
  const rows: [type: string, body: string][] = [
    [TSV, "be\t2\nto\t1\nTo\t4\nNOT\t3"],
    [TSV, "be\t2\r\n\nto\t5\r\nnot\t3\r\n"],
    ["text/plain; charset=utf-8", "\ufeffbe\t2\nto\t5\nnot\t3\n"],
    [CSV, 'key,count\r\nbe,2\r\n"to",5\r\nnot,"3"\r\n'],
    [CSV, "be,1\nbe,1\nto,5\nnot,3"],
    [
      NDJSON,
      '{"key":"be","count":2}\n\n{"count":5,"key":"to","share":0.5}\n{"key":"not","count":3}',
    ],
    [
      "application/jsonl",
      '{"key":"be","count":2}\r\n{"key":"to","count":5}\n{"key":"not","count":3}\n',
    ],
  ];
  for (const [type, body] of rows) {
    const id = await sent(app, body, type);
    assertEquals(await rowsOf(app, id), "to\t5\nnot\t3\nbe\t2\n", body);
    const { counted, keys, tokens } = await totalsOf(app, id);
    assertEquals([counted, keys, tokens], [10, 3, 10], body);
  }
});

Deno.test("POST /v1/results takes back what a result answers, in every form of rows", async () => {
  await using test = await startCounting();
  const { app } = test;
  const words = [
    "a,b",
    'say "x"',
    "line\nfeed",
    " blank ",
    "NA",
    "007",
    "ä",
    "",
    "tab\tin",
    "\u2028",
  ];
  const init = { headers: { "content-type": "application/json" } };
  const job = await countAsJob(app, JSON.stringify([...words, ...words, "ä"]), "", init);
  const answer = async (id: string, format: string) =>
    await (await app.request(`/v1/jobs/${id}/result?top=0&format=${format}`)).text();
  for (const [format, type] of [["csv", CSV], ["ndjson", NDJSON]]) {
    const id = await sent(app, await answer(job, format), type, "case=preserve");
    assertEquals(await answer(id, "ndjson"), await answer(job, "ndjson"), format);
    const both = await merge(app, [job, id, id]);
    assertEquals(await answer(both, "csv"), await answer(await merge(app, [job], [3]), "csv"));
  }
  const tsv = await countAsJob(app, "x\ty z\nx\ty z\n\nb", "tokenizer=lines");
  const list = await rowsOf(app, tsv);
  assertEquals(await rowsOf(app, await sent(app, list, TSV, "tokenizer=lines")), list);
});

Deno.test("POST /v1/results folds and normalizes keys as its options say, and keeps n-grams whole", async () => {
  await using test = await startCounting();
  const { app } = test;
  const body = "STRASSE x\t1\nstraße X\t2\ne\u0301\t1\n\u00e9\t1\n";
  const rows = [
    ["n=2", "strasse x\t3\ne\u0301\t1\n\u00e9\t1\n"],
    ["n=2&normalization=nfc", "strasse x\t3\n\u00e9\t2\n"],
    ["case=preserve&order=key", "STRASSE x\t1\ne\u0301\t1\nstraße X\t2\n\u00e9\t1\n"],
  ];
  for (const [query, expected] of rows) {
    assertEquals(await rowsOf(app, await sent(app, body, TSV, query)), expected, query);
  }
  const bigrams = await countAsJob(app, "Strasse x strasse x", "n=2");
  const merged = await merge(app, [bigrams, await sent(app, "STRASSE x\t5\n", TSV, "n=2")]);
  assertEquals(await rowsOf(app, merged), "strasse x\t7\nx strasse\t1\n");
});

Deno.test("POST /v1/results names the line of what it cannot read, and keeps nothing", async () => {
  await using test = await startCounting();
  const { app } = test;
  const rows: [type: string, body: string, line: number][] = [
    [TSV, "a\t1\nb\n", 2],
    [TSV, "a\t1\n\nb\t0\n", 3],
    [TSV, "a\t1.5\n", 1],
    [TSV, "a\t-1\n", 1],
    [TSV, "a\t\n", 1],
    [TSV, "a\t9007199254740992\n", 1],
    [CSV, "key,count\na,1\nb\n", 3],
    [CSV, "a,1\nkey,count\n", 2],
    [CSV, '"a\nb",1\nc,x\n', 3],
    [CSV, 'a,1\n"b,1\nc,2\n', 2],
    [CSV, 'a"b,1\n', 1],
    [CSV, "a,1,2\n", 1],
    [NDJSON, '{"key":"a","count":1}\n{"key":"a"}\n', 2],
    [NDJSON, '{"key":1,"count":1}', 1],
    [NDJSON, '{"key":"a","count":"1"}', 1],
    [NDJSON, "\n\n[1]\n", 3],
    [NDJSON, "{", 1],
  ];
  for (const [type, body, line] of rows) {
    const problem = await assertProblem(await send(app, body, type), 400, "invalid-list");
    assertEquals(problem.line, line, body);
  }
  const broken = new Uint8Array([0x61, 9, 0x31, 10, 0xff, 9, 0x31, 10]);
  assertEquals((await assertProblem(await send(app, broken, TSV), 422, "invalid-utf8")).line, 2);
  const half = await send(app, '{"key":"\\ud800","count":1}', NDJSON);
  assertEquals((await assertProblem(half, 422, "invalid-utf8")).line, 1);
  const much = `a\t${Number.MAX_SAFE_INTEGER}\nb\t1\n`;
  await assertProblem(await send(app, much, TSV), 422, "value-overflow");
  await assertProblem(await send(app, "", TSV), 400, "empty-body");
  await assertProblem(await send(app, "a\t1\n", "application/json"), 415, "unsupported-media");
  await assertProblem(await send(app, "a\t1\n", TSV, "stop=en"), 400, "unknown-parameter");
  const { jobs } = await (await app.request("/v1/jobs")).json();
  assertEquals(jobs, []);
});

Deno.test("POST /v1/results streams lists of any length, compressed too, once per key", async () => {
  await using test = await startCounting();
  const { app } = test;
  const keys = 200_000;
  const lines = Array.from({ length: keys }, (_, i) => `word-${i % (keys / 2)}\t${1 + i % 7}\n`);
  const list = new Blob([lines.join("")]);
  const id = await sent(app, list, TSV, "order=key");
  const gzip = await new Response(list.stream().pipeThrough(new CompressionStream("gzip"))).bytes();
  const headers = { "content-encoding": "gzip", "idempotency-key": '"list"' };
  const other = await sent(app, gzip, TSV, "order=key", headers);
  assertEquals(await rowsOf(app, other), await rowsOf(app, id));
  assertEquals((await totalsOf(app, id)).keys, keys / 2);
  assertEquals(await sent(app, gzip, TSV, "order=key", headers), other);
  const another = await send(app, "a\t1\n", TSV, "order=key", headers);
  await assertProblem(another, 422, "key-reused");
});

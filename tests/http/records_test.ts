import { assert, assertEquals, assertObjectMatch, assertRejects } from "@std/assert";
import { Millrace, MillraceError } from "../../src/client/mod.ts";
import { formatQuery } from "../../src/client/requests.ts";
import { startServer } from "../../src/server.ts";
import { startCounting } from "../support/algebra.ts";
import { FakeEngine } from "../support/http/fake_engine.ts";
import { assertProblem, createAsked, post } from "../support/http/test_app.ts";
import { RECORD_SAMPLES } from "../support/record_samples.ts";

/** A server, how it is asked, and the client of it. */
async function start() {
  const { app, ...test } = await startCounting({ engine: { workers: 1 } });
  const ask = (path: string, body: BodyInit, init?: RequestInit) => post(app, path, body, init);
  const millrace = new Millrace({ baseUrl: "http://localhost", fetch: app.request });
  return { ...test, app, ask, millrace };
}

for (const { name, text, asked, csv, told } of RECORD_SAMPLES) {
  Deno.test(`requests, jobs and the client answer ${name}`, async () => {
    await using site = await start();
    const query = formatQuery(asked);
    const counted = await site.ask(`/v1/count${query}&format=csv`, text);
    assertEquals([counted.status, await counted.text()], [200, csv]);
    const names = ["total-records", "missing-keys", "not-numbers", "skipped-records"];
    const headers = names.map((each) => Number(counted.headers.get(each)));
    assertEquals(headers, [...told, 0]);

    const job = await site.ask(`/v1/jobs${query}`, text);
    const { links, options } = await job.json();
    assertEquals(options.key, asked.key ?? []);
    const result = await site.app.request(`${links.result}?format=csv&wait=30`);
    assertEquals([await result.text(), result.headers.get("total-records")], [csv, `${told[0]}`]);

    const { counts, records } = await site.millrace.count(text, asked);
    const [records_, missing, notNumbers] = told;
    assertEquals(records, { records: records_, missing, notNumbers, skipped: 0, skippedAt: [] });
    assertEquals(counts.length, csv.split("\r\n").length - 2);
  });
}

Deno.test("POST /v1/count reads lines of JSON as the text, whatever the media type", async () => {
  await using site = await start();
  const text = '{"a":"x"}\n{"a":"y"}\n{"a":"x"}\n';
  for (const type of ["application/json", "application/x-ndjson", "text/plain"]) {
    const headers = { "content-type": type };
    const response = await site.ask("/v1/count?key=json($.a)&format=tsv", text, { headers });
    assertEquals([response.status, await response.text()], [200, "x\t2\ny\t1\n"], type);
  }
});

Deno.test("a record that breaks is told by its line, its byte and its text, of requests and of jobs", async () => {
  await using site = await start();
  const broken = "a,1\n".repeat(30_000) + '\u00e9,"1\n';
  const json = { "content-type": "application/json" };
  const form = new FormData();
  form.append("text", "a,1\n");
  form.append("file", new Blob([broken]), "b.csv");
  const place = { line: 30_001, column: 4, reason: "a quote is left open" };
  const rows: [BodyInit, Record<string, string>, Record<string, unknown>][] = [
    [broken, {}, place],
    [form, {}, { ...place, part: 1, name: "b.csv" }],
    [JSON.stringify({ texts: ["a,1\n", "a,1", broken] }), json, { ...place, part: 2 }],
    [JSON.stringify({ text: broken }), json, place],
  ];
  for (const [body, headers, members] of rows) {
    const expected = { offset: 120_000, ...members };
    const refused = await site.ask("/v1/count?key=column(2)", body, { headers });
    assertEquals(refused.status, 422);
    assertObjectMatch(await refused.json(), expected);
    const job = await site.ask("/v1/jobs?key=column(2)", body, { headers });
    const { links } = await job.json();
    const ended = await site.app.request(`${links.self}?wait=30`);
    assertObjectMatch((await ended.json()).error, expected);
  }
});

Deno.test("POST /v1/count takes each part of a form as a text with a header of its own", async () => {
  await using site = await start();
  const form = (...texts: string[]) => {
    const body = new FormData();
    texts.forEach((text, i) => body.append("file", new Blob([text]), `${i}.csv`));
    return body;
  };
  const path = "/v1/count?key=column(name)&format=tsv";
  const counted = await site.ask(path, form("name,n\nx,1\n", "name,n\nx,2\ny,3"));
  assertEquals(await counted.text(), "x\t2\ny\t1\n");
  const problem = await assertProblem(
    await site.ask(path, form("name,n\nx,1\n", "n,name\n2,x\n")),
    422,
    "columns-differ",
  );
  assertEquals([problem.part, problem.name, problem.column], [1, "1.csv", "name"]);
});

const REFUSED: [query: string, parameter: string, members: object][] = [
  ["key=colum(3)", "key", { position: 1, found: "c" }],
  ["key=column(3", "key", { position: 9 }],
  ["key=column(0)", "key", { position: 8, found: "0" }],
  ["key=json($..a)", "key", { position: 8, found: "." }],
  ["key=field(1)&value=fild(2)", "value", { position: 1, found: "f" }],
  ["key=field(1)&where=field(2)=5", "where", { position: 10, found: "5" }],
  ["key=regex(a(%3F=b))", "key", { position: 2, value: "a(?=b)" }],
  ["key=field(1)&match=(", "match", { value: "(" }],
  ["key=field(1)&records=words", "records", { value: "words" }],
  ["key=field(1)&by=parts", "by", { position: 1, found: "p" }],
  ["key=word(word)", "key", { position: 6, found: "w" }],
  ["key=field(1)&by=time(7m,field(2))", "by", { position: 6, found: "7" }],
  ["by=time(1m,field(2))&n=2", "n", { other: "key" }],
  ["by=part&tokenizer=icu", "tokenizer", { other: "key", value: "icu" }],
  ["key=word&value=part", "value", { other: "agg", value: "part" }],
  ["key=time(1m,field(2))&tz=Mars/Base", "tz", { value: "Mars/Base" }],
  ["key=field(1)&tz=Europe/Berlin", "tz", { other: "key" }],
  ["key=field(1)&by=time(1m,regex(())", "by", { position: 18 }],
  ["key=column(1)&delimiter=ab", "delimiter", { value: "ab" }],
  ["key=field(1)&kernel=log-status", "key", { other: "kernel" }],
  ["key=field(1)&value=field(2)&min=2", "min", { other: "value" }],
  ["key=field(1)&value=field(2)&columns=share", "columns", { other: "value" }],
  ["key=field(1)&value=field(2)&agg=distinct&case=fold", "case", { other: "value" }],
];

for (const [query, parameter, members] of REFUSED) {
  Deno.test(`POST /v1/count?${query} is refused, and so is a job`, async () => {
    await using site = await start();
    for (const path of ["/v1/count", "/v1/jobs"]) {
      const response = await site.ask(`${path}?${query}`, "a b\n");
      const problem = await assertProblem(response, 400, "invalid-parameter");
      assertEquals(problem.parameter, parameter, problem.detail);
      for (const [name, value] of Object.entries(members)) assertEquals(problem[name], value, name);
    }
  });
}

Deno.test("the client throws what is wrong with columns and records", async () => {
  await using site = await start();
  const count = (text: string, key: string) =>
    assertRejects(() => site.millrace.count(text, { key: [key] }), MillraceError);
  const unknown = await count("a,b\n", "column(aa)");
  assertEquals([unknown.code, unknown.problem.columns], ["unknown-column", ["a", "b"]]);
  const broken = await count('{"a"\n', "json($.a)");
  assertEquals([broken.code, broken.problem.offset], ["broken-record", 0]);
  assert(broken.message.includes("onError=skip"), broken.message);
});

Deno.test("POST /v1/count refuses words, which have no records", async () => {
  await using site = await start();
  const headers = { "content-type": "application/json" };
  const rows = [
    ["key=field(1)", "key"],
    ["tokenizer=template", "tokenizer"],
    ["tokenizer=pattern&patterns=a", "tokenizer"],
    ["kernel=log-status", "kernel"],
    ["by=part", "by"],
    ["key=word&value=part&agg=distinct", "key"],
  ];
  for (const [query, parameter] of rows) {
    const response = await site.ask(`/v1/count?${query}`, '["a"]', { headers });
    const problem = await assertProblem(response, 400, "invalid-parameter");
    assertEquals([problem.parameter, problem.other], [parameter, "words"]);
  }
});

Deno.test("POST /v1/results/merge adds up counts of keys of several parts", async () => {
  await using site = await start();
  const wait = { headers: { prefer: "wait=30" } };
  const jobs: string[] = [];
  for (const text of ["a 1\nb 2\n", "a 1\n"]) {
    const done = await site.ask("/v1/jobs?key=field(1),field(2)", text, wait);
    jobs.push(done.headers.get("content-location")!.split("/").at(-2)!);
  }
  const headers = { "content-type": "application/json", ...wait.headers };
  const merged = await site.ask("/v1/results/merge", JSON.stringify({ jobs }), { headers });
  const { counts, keyParts } = await merged.json();
  assertEquals(keyParts, 2);
  assertEquals(counts, [{ key: ["a", "1"], count: 2 }, { key: ["b", "2"], count: 1 }]);
});

Deno.test({
  name: "a server that starts again asks the same of the records of jobs that were not done",
  ignore: !("tryLock" in Deno.FsFile.prototype), // Deno 2.5 has no data directories
  async fn() {
    const data = await Deno.makeTempDir({ prefix: "millrace-" });
    const query = 'key=column(a),column("b, c")&value=column(3)&agg=min,max&delimiter=;&round=2' +
      '&where=column(1)!="x"&onError=skip';
    const open = async () => {
      const engine = new FakeEngine();
      const options = { listen: false, data, drainTimeoutMs: 0, jobTtlMs: 60_000 };
      const server = await startServer(options, { engine });
      return {
        engine,
        server,
        app: createAsked(server),
        [Symbol.asyncDispose]: () => server.close(),
      };
    };
    let expected: unknown;
    {
      await using first = await open();
      first.engine.hold = new Promise(() => {});
      await post(first.app, `/v1/jobs?${query}`, "a;b\n1;2\n");
      expected = first.engine.jobs[0].options;
    }
    await using again = await open();
    await again.server.jobs.drained();
    const [{ options }] = again.engine.jobs;
    assertEquals(options, expected);
    assertEquals([options.key, options.where], [
      ["column(a)", 'column("b, c")'],
      'column(1) != "x"',
    ]);
    await Deno.remove(data, { recursive: true });
  },
});

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { Grouper } from "../../src/algebra/grouper.ts";
import { JobError } from "../../src/contract/problems.ts";
import { loadStemmer } from "../../src/engine/stages/stemmer.ts";
import {
  countAsJob,
  merge,
  postMerge,
  rowsOf,
  sendLemmas,
  startCounting,
  totalsOf,
  TSV,
} from "../support/algebra.ts";
import { type Asked, assertProblem, post } from "../support/http/test_app.ts";
import { groupByStem } from "../support/oracle/oracle_groups.ts";
import { freshSeed, Random } from "../support/random.ts";

const TABLE = "ran\trun\nRuns\trun\nrunning\trun\nmice\tmouse\n";

async function count(app: Asked, text: string, query: string): Promise<string> {
  const response = await post(app, `/v1/count?format=tsv&${query}`, text);
  const rows = await response.text();
  assertEquals(response.status, 200, rows);
  return rows;
}

const rowsOfMap = (rows: readonly [string, number][]) =>
  rows.map(([key, count]) => `${key}\t${count}\n`).join("");

Deno.test("group shows the same groups of a count, of a job's result and of a merge", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using test = await startCounting();
  const { app } = test;
  const texts = [0, 1].map(() =>
    Array.from(
      { length: 20_000 },
      () =>
        random.pick(["walk", "talk", "hous"]) + random.below(900) + random.pick(["s", "", "ed"]),
    )
  );
  const counts = new Map<string, number>();
  for (const word of texts.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
  const groups = rowsOfMap(groupByStem(counts, await loadStemmer("en")));
  const options = "group=stem(en)&top=0";
  assertEquals(await count(app, texts.flat().join(" "), options), groups, `MILLRACE_SEED=${seed}`);
  const [a, b] = await Promise.all(
    texts.map((words) => countAsJob(app, words.join(" "), "group=stem(en)")),
  );
  const merged = await merge(app, [a, b]);
  assertEquals(await rowsOf(app, merged), groups); // as the first job says
  assertEquals((await totalsOf(app, merged)).keys, counts.size);
  const forms = await rowsOf(app, merged, "group=");
  assertEquals(forms.trimEnd().split("\n").length, counts.size);
  const plain = await countAsJob(app, texts.flat().join(" "));
  assertEquals(await rowsOf(app, plain, "group=stem(en)"), groups);
});

Deno.test("group cuts and orders groups in every format, page by page", async () => {
  await using test = await startCounting();
  const { app } = test;
  const text = "Runs running RUN walks walked walking sleep house houses";
  const id = await countAsJob(app, text, "group=stem(en)&prefix=w&min=2&top=1");
  const read = async (query: string) => {
    const response = await app.request(`/v1/jobs/${id}/result?${query}`);
    return { response, text: await response.text() };
  };
  const document = JSON.parse((await read("")).text);
  assertEquals(document.counts, [{ key: "walked", count: 3 }]);
  assertEquals(document.totals.keys, 4);
  assertEquals([document.options.group, document.options.prefix], ["stem(en)", "w"]);
  assertEquals([document.otherKeys, document.otherCount], [3, 6]);
  const all = "prefix=&min=1&top=0";
  const rows = [["run", 3], ["walked", 3], ["house", 2], ["sleep", 1]];
  const csv = rows.map(([key, count]) => `${key},${count}\r\n`).join("");
  assertEquals((await read(`${all}&format=csv`)).text, `key,count\r\n${csv}`);
  const lines = rows.map(([key, count]) => `${JSON.stringify({ key, count })}\n`).join("");
  assertEquals((await read(`${all}&format=ndjson`)).text, lines);
  assertEquals((await read(`${all}&format=tsv&max=2`)).text, "house\t2\nsleep\t1\n");
  assertEquals((await read(`${all}&format=tsv&order=key&limit=1`)).text, "house\t2\n");
  assert((await read(`${all}&format=arrow`)).text.length > 0);
  assertEquals(JSON.parse((await read("only=totals")).text).totals.keys, 4);
  const ranks = await read(`${all}&format=tsv&columns=rank,share`);
  assertMatch(ranks.text, /^run\t3\t1\t0\.333/);
  let next = `/v1/jobs/${id}/result?${all}&format=tsv&limit=3`;
  let seen = "";
  while (next !== "") {
    const page = await app.request(next);
    assertEquals(page.headers.get("total-keys"), "4");
    seen += await page.text();
    next = /<(.*)>/.exec(page.headers.get("link") ?? "")?.[1] ?? "";
  }
  assertEquals(seen, rows.map((row) => `${row.join("\t")}\n`).join(""));
  const [{ response: one }, { response: other }] = [await read("group="), await read("")];
  assertNotEquals(one.headers.get("etag"), other.headers.get("etag"));
  const again = { headers: { "if-none-match": other.headers.get("etag")! } };
  assertEquals((await app.request(`/v1/jobs/${id}/result`, again)).status, 304);
  const range = { headers: { range: "bytes=4-8" } };
  const part = await app.request(`/v1/jobs/${id}/result?${all}&format=tsv`, range);
  assertEquals([part.status, await part.text()], [206, "3\nwal"]);
  const first = await read(`${all}&format=tsv&limit=1`);
  const link = /<(.*)>/.exec(first.response.headers.get("link")!)![1];
  await assertProblem(await app.request(`${link}&group=`), 400, "invalid-parameter");
});

Deno.test("group=lemma(ID) looks keys up as they are folded, whatever the table's form is", async () => {
  await using test = await startCounting();
  const { app } = test;
  const table = await sendLemmas(app, TABLE);
  const text = "Ran runs, RUNNING mice; run Mouse cat";
  const query = `group=lemma(${table})`;
  assertEquals(await count(app, text, query), "run\t4\nmouse\t2\ncat\t1\n");
  const preserved = "run\t1\n";
  assert((await count(app, text, `${query}&case=preserve&order=key`)).includes(preserved));
  assertEquals(await count(app, "runs Runs ran", `${query}&case=preserve`), "run\t2\nruns\t1\n");
  const job = await countAsJob(app, text);
  assertEquals(await rowsOf(app, job, query), "run\t4\nmouse\t2\ncat\t1\n");
  // The table is a result, which may be put together with another one and appended to.
  const more = await sendLemmas(app, "cat\tanimal\nran\trannen\nran\trannen\n");
  const both = await merge(app, [table, more]);
  const rows = "run\t3\nmouse\t2\nanimal\t1\nrannen\t1\n";
  assertEquals(await rowsOf(app, job, `group=lemma(${both})`), rows);
  const tagged = "form,lemma\nran,run\nran,run\nran,rannen\n";
  const corpus = await countAsJob(app, tagged, "key=column(form),column(lemma)");
  assertEquals(await count(app, "ran cat", `group=lemma(${corpus})`), "cat\t1\nrun\t1\n");
});

Deno.test("group shows the form that counts most, however large the counts are", async () => {
  await using test = await startCounting();
  const { app } = test;
  const list = `runs\t${2 ** 33 + 1}\nrun\t${2 ** 33}\nrunning\t${
    2 ** 32 + 5
  }\nwalks\t7\nwalk\t7\n`;
  const sent = await post(app, "/v1/results", list, TSV);
  const { id } = await sent.json();
  const sum = 2 ** 34 + 1 + 2 ** 32 + 5;
  assertEquals(await rowsOf(app, id, "group=stem(en)"), `runs\t${sum}\nwalk\t14\n`);
});

Deno.test("group=lemma(ID) has another entity tag when its table has changed", async () => {
  await using test = await startCounting();
  const { app } = test;
  const tagged = "key=column(1),column(2)";
  const table = await countAsJob(app, "ran,run\n", tagged);
  const job = await countAsJob(app, "ran runs");
  const path = `/v1/jobs/${job}/result?group=lemma(${table})&format=tsv`;
  const before = await app.request(path);
  assertEquals(await before.text(), "run\t1\nruns\t1\n");
  const headers = { "idempotency-key": "more", "content-type": "text/csv" };
  const appended = await post(app, `/v1/jobs/${table}/parts`, "runs,run\n", { headers });
  assertEquals(appended.status, 200, await appended.text());
  const after = await app.request(path);
  assertEquals(await after.text(), "run\t2\n");
  assertNotEquals(before.headers.get("etag"), after.headers.get("etag"));
});

Deno.test("POST /v1/lemmas says which line is wrong, and keeps nothing", async () => {
  await using test = await startCounting();
  const { app } = test;
  const rows: [table: string, status: number, code: string, line: number | undefined][] = [
    ["ran\trun\nmice\n", 400, "invalid-list", 2],
    ["ran\trun\n\nmice\tmouse\tmus\n", 400, "invalid-list", 3],
    ["\trun\n", 400, "invalid-list", 1],
    ["ran\t\r\n", 400, "invalid-list", 1],
    ["", 400, "empty-body", undefined],
  ];
  for (const [table, status, code, line] of rows) {
    const problem = await assertProblem(await post(app, "/v1/lemmas", table, TSV), status, code);
    assertEquals(problem.line, line);
    if (line) assertEquals(problem.allowed, "form TAB lemma");
  }
  const bytes = Uint8Array.of(0x61, 9, 0xff, 10);
  await assertProblem(await post(app, "/v1/lemmas", bytes, TSV), 422, "invalid-utf8");
  const csv = { headers: { "content-type": "text/csv" } };
  await assertProblem(await post(app, "/v1/lemmas", "a,b", csv), 415, "unsupported-media");
  const query = await post(app, "/v1/lemmas?top=1", TABLE, TSV);
  await assertProblem(query, 400, "unknown-parameter");
  assertEquals((await (await app.request("/v1/jobs")).json()).jobs, []);
});

Deno.test("group says what is wrong with it", async () => {
  await using test = await startCounting();
  const { app } = test;
  const job = await countAsJob(app, "a b");
  const csv = await countAsJob(app, "a,1\n", "key=column(1)&value=column(2)");
  const parts = await countAsJob(app, "a,1\n", "partition=range&borders=b&key=column(1)");
  const table = await sendLemmas(app, TABLE);
  const rows: [path: string, status: number, code: string, said: RegExp][] = [
    ["count?group=stem(xx)", 400, "invalid-parameter", /'stem\(xx\)' is not stem\(LANGUAGE\)/],
    ["count?group=stem", 400, "invalid-parameter", /is not stem/],
    ["count?group=lemma()", 400, "invalid-parameter", /is not stem/],
    ["count?group=stem(en)&group=stem(de)", 400, "duplicate-parameter", /2 values/],
    ["count?group=stem(en)&each=true", 400, "invalid-parameter", /each/],
    ["count?group=stem(en)&partition=range&borders=a", 400, "invalid-parameter", /borders/],
    ["count?group=stem(en)&key=column(1)&value=column(2)", 400, "invalid-parameter", /values/],
    ["count?group=stem(en)&key=column(1),column(2)", 400, "invalid-parameter", /several parts/],
    [`count?group=lemma(${job})`, 409, "not-lemmas", /its keys have one part/],
    [`count?group=lemma(${csv})`, 409, "not-lemmas", /it holds values/],
    ["count?group=lemma(nothing)", 404, "unknown-job", /nothing/],
  ];
  for (const [path, status, code, said] of rows) {
    const problem = await assertProblem(await post(app, `/v1/${path}`, "a"), status, code);
    assertMatch(problem.detail, said);
  }
  for (const [path, status, code, said] of rows.filter(([path]) => path.includes("lemma("))) {
    const problem = await assertProblem(
      await post(app, `/v1/${path.replace("count", "jobs")}`, "a"),
      status,
      code,
    );
    assertMatch(problem.detail, said);
  }
  const read: [id: string, query: string, status: number, code: string, said: RegExp][] = [
    [csv, "group=stem(en)", 400, "invalid-parameter", /keys have values/],
    [table, "group=stem(en)", 400, "invalid-parameter", /keys have several parts/],
    [parts, "group=stem(en)&part=1", 400, "invalid-parameter", /its borders are of keys/],
    [job, "group=lemma(nothing)", 404, "unknown-job", /nothing/],
    [job, `group=lemma(${job})`, 409, "not-lemmas", /its keys have one part/],
  ];
  for (const [id, query, status, code, said] of read) {
    const response = await app.request(`/v1/jobs/${id}/result?${query}`);
    assertMatch((await assertProblem(response, status, code)).detail, said);
  }
  assertEquals(await rowsOf(app, parts, "group=stem(en)"), "a\t1\n");
});

Deno.test("a job may be asked for in lemmas by a table that is not counted yet", async () => {
  await using test = await startCounting();
  const unfinished = new JobError("job_not_finished", "Cannot read a job that runs");
  const grouper = new Grouper(test.engine, { result: () => Promise.reject(unfinished) });
  await grouper.require("lemma(any)", undefined);
  const gone = new JobError("unknown_job", "Cannot find any");
  const other = new Grouper(test.engine, { result: () => Promise.reject(gone) });
  assertStrictEquals(await assertRejects(() => other.require("lemma(any)", undefined)), gone);
  await other.require("stem(en)", undefined);
});

Deno.test("keys of lemmas are neither put together nor compared with keys of one part", async () => {
  await using test = await startCounting();
  const { app } = test;
  const table = await sendLemmas(app, TABLE);
  const words = await countAsJob(app, "ran runs", "case=preserve");
  const headers = { "idempotency-key": "more" };
  const answers = [
    await post(app, `/v1/jobs/${table}/parts`, "ran runs", { headers }),
    await postMerge(app, { jobs: [table, words] }),
    await app.request(`/v1/jobs/${words}/compare?with=${table}`),
  ];
  for (const answer of answers) {
    assertEquals((await assertProblem(answer, 409, "not-mergeable")).option, "keyParts");
  }
  assertEquals(await count(app, "ran", `group=lemma(${table})`), "run\t1\n");
});

Deno.test("a result that keys have left has no groups, and is no table of lemmas", async () => {
  await using test = await startCounting();
  const { app } = test;
  const pairs = Array.from({ length: 400_000 }, (_, i) => `form${i},lemma\n`).join("");
  const approx = "mode=approx&memory=4MiB";
  const words = await countAsJob(app, pairs, approx);
  const table = await countAsJob(app, pairs, `key=column(1),column(2)&${approx}`);
  const read = await app.request(`/v1/jobs/${words}/result?group=stem(en)`);
  const { detail, other } = await assertProblem(read, 400, "invalid-parameter");
  assertMatch(detail, /'group': each form has a count that is up to \d+ too low/);
  assertEquals(other, "mode");
  const lemmas = await post(app, `/v1/count?group=lemma(${table})`, "a");
  assertMatch((await assertProblem(lemmas, 409, "not-lemmas")).detail, /is approximate/);
});

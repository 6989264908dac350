import { assertEquals, assertRejects } from "@std/assert";
import { Millrace, MillraceError } from "../../src/client/mod.ts";
import { startServer } from "../../src/server.ts";

const LISTS = {
  tsv: "to\t2\nbe\t3\n",
  csv: 'key,count\r\n"to",2\r\nbe,3\r\n',
  ndjson: '{"key":"to","count":2}\n{"key":"be","count":3}\n',
} as const;

Deno.test("results.uploadLemmas() hands in a table, by which forms are grouped", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const millrace = new Millrace({ baseUrl: server.origin });
  const table = await millrace.results.uploadLemmas("ran\trun\nruns\trun\n");
  const group = `lemma(${table.id})`;
  const { counts } = await millrace.count("ran runs run", { group });
  assertEquals(counts, [{ key: "run", count: 3 }]);
  const job = millrace.jobs.submit("ran runs running");
  await job.done;
  const read = async (group: string) =>
    (await job.result({ group })).counts.map(({ key, count }) => [key, count]);
  assertEquals(await read(group), [["run", 2], ["running", 1]]);
  assertEquals(await read("stem(en)"), [["running", 2], ["ran", 1]]);
  const wrong = await assertRejects(
    () => millrace.results.uploadLemmas("ran\trun\nmice\n"),
    MillraceError,
  );
  assertEquals([wrong.code, wrong.problem.line], ["invalid-list", 2]);
});

Deno.test("results are handed in, merged and compared", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const { results } = new Millrace({ baseUrl: server.origin });
  for (const [list, text] of Object.entries(LISTS)) {
    const job = await results.upload(text, { list: list as keyof typeof LISTS, order: "key" });
    const { counts, options } = await job.result();
    assertEquals(counts, [{ key: "be", count: 3 }, { key: "to", count: 2 }]);
    assertEquals(options.order, "key");
  }
  const [a, b] = [await results.upload("to\t2\nbe\t3\n"), await results.upload("or\t5\n")];
  const merged = await results.merge([a, b.id], { weights: [2, 1] });
  assertEquals((await merged.result()).counts.map(({ key, count }) => [key, count]), [
    ["be", 6],
    ["or", 5],
    ["to", 4],
  ]);
  const { rows, otherKeys } = await results.compare(a.id, b, { in: "a", top: 1 });
  assertEquals([rows.length, rows[0].key, rows[0].countA, otherKeys], [1, "be", 3, 1]);
  const answer = await results.downloadComparison(a, b, { measure: "diff", format: "csv" });
  const [header] = (await answer.text()).split("\r\n");
  assertEquals(header, "key,countA,countB,perMillionA,perMillionB,g2,logRatio,diff");
});

Deno.test("a job is appended to once for each key, and its result is another one", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const { jobs } = new Millrace({ baseUrl: server.origin });
  const job = jobs.submit("to be");
  for (let i = 0; i < 2; i++) {
    assertEquals((await job.append("or to", { key: "monday" })).parts, 1);
  }
  assertEquals((await job.append(new TextEncoder().encode("be"), { charset: "utf-8" })).parts, 2);
  const { counts } = await job.result();
  assertEquals(counts.map(({ key, count }) => `${key} ${count}`), ["be 2", "to 2", "or 1"]);
  const other = await assertRejects(() => job.append("else", { key: "monday" }), MillraceError);
  assertEquals(other.code, "key-reused");
});

Deno.test("pairs of words are scored", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const { jobs, results } = new Millrace({ baseUrl: server.origin });
  const job = jobs.submit("a b a b c", { n: 2 });
  await job.done;
  const { rows, score } = await results.collocations(job, { min: 2 });
  assertEquals([score, rows.map(({ key, logDice }) => `${key} ${logDice}`)], ["logDice", [
    "a b 14",
  ]]);
  const answer = await results.downloadCollocations(job.id, { score: "pmi", format: "tsv" });
  assertEquals((await answer.text()).split("\n").length, 4);
});

Deno.test("what cannot be handed in, merged or compared says why", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const { results } = new Millrace({ baseUrl: server.origin });
  const wrong = await assertRejects(() => results.upload("to\t2\nbe\n"), MillraceError);
  assertEquals([wrong.code, wrong.problem.line], ["invalid-list", 2]);
  const [a, b] = [await results.upload("a\t1\n"), await results.upload("b\t1\n", { n: 2 })];
  const unlike = await assertRejects(() => results.merge([a, b]), MillraceError);
  assertEquals([unlike.code, unlike.status], ["not-mergeable", 409]);
  const unknown = await assertRejects(
    () => results.compare(a, "01970000-0000-7000-8000-000000000000"),
    MillraceError,
  );
  assertEquals(unknown.code, "unknown-job");
});

Deno.test("a list is handed in once where its answer is lost", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  let losses = 1;
  const client = new Millrace({
    baseUrl: server.origin,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (losses-- <= 0) return response;
      await response.body?.cancel();
      throw new TypeError("the connection is lost");
    },
  });
  const { id } = await client.results.upload("to\t2\n");
  const jobs = await Array.fromAsync(client.jobs.list());
  assertEquals(jobs.map((job) => job.id), [id]);
});

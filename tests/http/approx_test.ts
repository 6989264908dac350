import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ResultDocument, TotalsDocument } from "../../src/contract/documents.ts";
import { assertBounded, countTokens, zipf } from "../support/approx.ts";
import { countAsJob, postMerge, startCounting } from "../support/algebra.ts";
import { assertProblem, post } from "../support/http/test_app.ts";
import { freshSeed, Random } from "../support/random.ts";

/** A text with more keys than the least memory holds, and its tokens. */
function manyKeys(seed: number): { text: string; tokens: string[] } {
  const tokens = zipf(new Random(seed), 300_000, 300_000, (i) => `key${i}`);
  return { text: tokens.join("\n"), tokens };
}

const ASKED = "mode=approx&memory=8MiB&tokenizer=lines&top=0";

Deno.test("an approximate answer has its bound, of direct counts and of jobs, in every format", async () => {
  const seed = freshSeed();
  const { text, tokens } = manyKeys(seed);
  const truth = countTokens(tokens);
  await using test = await startCounting();
  const { app } = test;
  const id = await countAsJob(app, text, ASKED);
  const answers = [
    await post(app, `/v1/count?${ASKED}`, text),
    await app.request(`/v1/jobs/${id}/result?top=0`),
  ];
  for (const answer of answers) {
    const { totals, approx, counts, options, otherCount }: ResultDocument = await answer.json();
    const { bound } = approx!;
    assert(bound > 0);
    assertEquals([options.mode, options.memory], ["approx", 8 * 2 ** 20]);
    const told = counts as { key: string; count: number }[];
    assertBounded(
      { counts: told, bound, keys: totals.keys, isExact: false },
      truth,
      `seed ${seed}`,
    );
    const sum = told.reduce((sum, { count }) => sum + count, 0);
    assertEquals([totals.counted, otherCount], [tokens.length, tokens.length - sum]);
  }
  for (const format of ["tsv", "csv", "ndjson", "arrow"]) {
    const stored = await app.request(`/v1/jobs/${id}/result?format=${format}&top=1`);
    assert(Number(stored.headers.get("count-bound")) > 0, format);
    assertEquals(stored.headers.get("total-keys-error"), "0.01625");
    await stored.body?.cancel();
  }
  const totals: TotalsDocument = await (await post(app, `/v1/count?${ASKED}&only=totals`, text))
    .json();
  assert(totals.approx!.bound > 0);
});

Deno.test("keys of records, n-grams and kernels that count are counted approximately as well", async () => {
  const { text, tokens } = manyKeys(1);
  const truth = countTokens(tokens);
  await using test = await startCounting();
  const asked = "mode=approx&memory=8MiB&top=0";
  const rows = text.replaceAll("\n", ",x\n");
  for (const query of ["key=column(1)", 'key=column(1)&where=column(2)="x"', "kernel=lines"]) {
    const body = query.startsWith("key") ? rows : text;
    const answer = await post(test.app, `/v1/count?${asked}&${query}`, body);
    const { totals, approx, counts }: ResultDocument = await answer.json();
    const { bound } = approx!;
    assert(bound > 0, query);
    const told = counts as { key: string; count: number }[];
    assertBounded({ counts: told, bound, keys: totals.keys, isExact: false }, truth, query);
  }
  const pairs = tokens.slice(1).map((token, i) => `${tokens[i]} ${token}`);
  const answer = await post(test.app, `/v1/count?${asked}&tokenizer=whitespace&n=2`, text);
  const { totals, approx, counts }: ResultDocument = await answer.json();
  const told = { counts: counts as { key: string; count: number }[], keys: totals.keys };
  assertBounded({ ...told, bound: approx!.bound, isExact: false }, countTokens(pairs), "pairs");
});

Deno.test("what has no meaning beside mode=approx is refused, with what is in its way", async () => {
  await using test = await startCounting();
  const rows: [query: string, parameter: string, detail: string][] = [
    ["mode=about", "mode", "'exact', 'approx'"],
    ["mode=approx&memory=1MiB", "memory", "a size from 4MiB to 4GiB"],
    ["mode=approx&memory=5GiB", "memory", "a size from 4MiB to 4GiB"],
    ["mode=approx&memory=much", "memory", "a size from 4MiB to 4GiB"],
    ["memory=8MiB", "memory", "only mode=approx has a bound"],
    ["mode=approx&key=column(1)&value=column(2)", "mode", "only counts have a bound"],
    ["mode=approx&kernel=csv-group", "mode", "only counts have a bound"],
    ["mode=approx&n=2&stop=en", "mode", "stop words"],
    ["mode=approx&partition=range&borders=n", "mode", "sums of their own"],
    ["mode=approx&each=true", "mode", "each=true"],
  ];
  for (const [query, parameter, detail] of rows) {
    const response = await post(test.app, `/v1/count?${query}`, "1,2\n");
    const problem = await assertProblem(response, 400, "invalid-parameter");
    assertEquals(problem.parameter, parameter, query);
    assertStringIncludes(String(problem.detail), detail, query);
  }
});

Deno.test("results that have lost keys are not put together, and exact ones are", async () => {
  const { text } = manyKeys(1);
  await using test = await startCounting();
  const { app } = test;
  const short = await countAsJob(app, "a\nb\na\n", ASKED);
  const exact = await countAsJob(app, "a\n", "tokenizer=lines");
  const long = await countAsJob(app, text, ASKED);
  assertEquals((await postMerge(app, { jobs: [short, exact] })).status, 202);
  for (const jobs of [[long, exact], [short, long], [long, long]]) {
    const problem = await assertProblem(await postMerge(app, { jobs }), 409, "not-mergeable");
    assertEquals(problem.option, "mode");
  }
  const compare = await app.request(`/v1/jobs/${exact}/compare?with=${long}`);
  await assertProblem(compare, 409, "not-mergeable");
  const headers = { "idempotency-key": "part-1" };
  const part = await post(app, `/v1/jobs/${long}/parts`, "a\n", { headers });
  await assertProblem(part, 409, "not-mergeable");
  const pairs = await countAsJob(app, text, "mode=approx&memory=4MiB&n=2&tokenizer=whitespace");
  await assertProblem(await app.request(`/v1/jobs/${pairs}/collocations`), 409, "not-scorable");
});

Deno.test("forms of results that have lost keys are not put in groups, nor are such results tables of lemmas", async () => {
  const { text } = manyKeys(1);
  await using test = await startCounting();
  const { app } = test;
  const [short, long] = [
    await countAsJob(app, "a\nb\na\n", ASKED),
    await countAsJob(app, text, ASKED),
  ];
  const group = (id: string, by: string) => app.request(`/v1/jobs/${id}/result?top=1&group=${by}`);
  assertEquals((await group(short, "stem(en)")).status, 200);
  const problem = await assertProblem(await group(long, "stem(en)"), 400, "invalid-parameter");
  assertEquals([problem.parameter, problem.value], ["group", "stem(en)"]);
  const rows = text.replaceAll("\n", ",x\n");
  const lemmas = "mode=approx&memory=4MiB&key=column(1),column(2)";
  const table = await countAsJob(app, rows, lemmas);
  await assertProblem(await group(short, `lemma(${table})`), 409, "not-lemmas");
});

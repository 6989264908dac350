import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { tableFromIPC } from "apache-arrow";
import { chi2, diff, g2, logRatio } from "../../src/algebra/measures.ts";
import { countAsJob, startCounting } from "../support/algebra.ts";
import { type Asked, assertProblem } from "../support/http/test_app.ts";
import { freshSeed, Random } from "../support/random.ts";

function compare(app: Asked, a: string, b: string, query = "", init?: RequestInit) {
  return app.request(`/v1/jobs/${a}/compare?with=${b}&${query}`, init);
}

interface Row {
  key: string;
  countA: number;
  countB: number;
  [measure: string]: number | string;
}

async function rowsOf(...asked: Parameters<typeof compare>): Promise<Row[]> {
  const response = await compare(...asked);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return JSON.parse(text).rows;
}

function wordsOf(random: Random, count: number, spread: number): string[] {
  return Array.from({ length: count }, () => `w${random.below(random.pick([5, 60, spread]))}`);
}

function countAll(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

Deno.test("GET /v1/jobs/:id/compare gives each key its counts and measures, in order", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using test = await startCounting();
  const { app } = test;
  const [one, other] = [wordsOf(random, 5000, 900), wordsOf(random, 9000, 2000)];
  const a = await countAsJob(app, one.join(" "));
  const b = await countAsJob(app, other.join(" "), "order=key");
  const [inA, inB] = [countAll(one), countAll(other)];
  const sizes = { a: one.length, b: other.length };
  for (const [measure, of] of Object.entries({ g2, logRatio, chi2, diff })) {
    const rows = await rowsOf(app, a, b, `measure=${measure}&top=0`);
    assertEquals(rows.length, new Set([...one, ...other]).size, `seed ${seed}`);
    let before: Row | undefined;
    for (const row of rows) {
      const { key, countA, countB } = row;
      assertEquals([countA, countB], [inA.get(key) ?? 0, inB.get(key) ?? 0], `seed ${seed}`);
      assertEquals(row[measure], of(countA, countB, sizes));
      assertEquals([row.g2, row.logRatio], [
        g2(countA, countB, sizes),
        logRatio(countA, countB, sizes),
      ]);
      assertAlmostEquals(row.perMillionA as number, countA * 1e6 / sizes.a, 1e-6);
      assertAlmostEquals(row.perMillionB as number, countB * 1e6 / sizes.b, 1e-6);
      if (before) {
        const isInOrder = before[measure] > row[measure] ||
          before[measure] === row[measure] && before.key < key;
        assert(isInOrder, `${JSON.stringify([before, row])}, seed ${seed}`);
      }
      before = row;
    }
  }
});

Deno.test("GET /v1/jobs/:id/compare shows keys of one side, of both, by a prefix, and some", async () => {
  await using test = await startCounting();
  const { app } = test;
  const a = await countAsJob(app, "Only1 only2 both both a\u0000 a");
  const b = await countAsJob(app, "both other Both a x");
  const keysOf = async (query: string) =>
    (await rowsOf(app, a, b, query)).map(({ key }) => key).sort();
  assertEquals(await keysOf("in=a"), ["only1", "only2"]);
  assertEquals(await keysOf("in=b"), ["other", "x"]);
  assertEquals(await keysOf("in=both"), ["a", "both"]);
  assertEquals(await keysOf("in=any"), ["a", "both", "only1", "only2", "other", "x"]);
  assertEquals(await keysOf("prefix=ON"), ["only1", "only2"]);
  assertEquals((await rowsOf(app, a, b, "top=2")).length, 2);
  const document = await (await compare(app, a, b, "top=1&in=both")).json();
  assertEquals(document.otherKeys, 1);
  assertEquals(document.a, { id: a, keys: 4, counted: 6 });
  assertEquals([document.measure, document.in, document.b.id], ["g2", "both", b]);
  assertEquals(
    (await rowsOf(app, a, a)).every(({ g2, logRatio }) => g2 === 0 && logRatio === 0),
    true,
  );
});

Deno.test("GET /v1/jobs/:id/compare shows all keys, whatever the jobs show of their own", async () => {
  await using test = await startCounting();
  const { app } = test;
  const [a, b] = [
    await countAsJob(app, "a a a b b c", "max=1&top=1"),
    await countAsJob(app, "a b d d", "min=2&max=2"),
  ];
  const keys = (await rowsOf(app, a, b)).map(({ key }) => key).sort();
  assertEquals(keys, ["a", "b", "c", "d"]);
});

Deno.test("GET /v1/jobs/:id/compare answers in every form, by pages, parts and conditions", async () => {
  await using test = await startCounting();
  const { app } = test;
  const words = (from: number) =>
    Array.from({ length: 300 }, (_, i) => `w${from + i % 200}`).join(" ");
  const [a, b] = [await countAsJob(app, words(0)), await countAsJob(app, words(100))];
  const all = await rowsOf(app, a, b, "top=0&measure=chi2");
  const csv = await (await compare(app, a, b, "top=0&measure=chi2&format=csv")).text();
  const [header, ...lines] = csv.trimEnd().split("\r\n");
  assertEquals(header, "key,countA,countB,perMillionA,perMillionB,g2,logRatio,chi2");
  assertEquals(lines, all.map((row) => header.split(",").map((name) => row[name]).join()));
  const tsv = await (await compare(app, a, b, "top=0&measure=chi2&format=tsv")).text();
  assertEquals(tsv, lines.map((line) => line.replaceAll(",", "\t") + "\n").join(""));
  const ndjson = await (await compare(app, a, b, "top=0&measure=chi2&format=ndjson")).text();
  assertEquals(ndjson.trimEnd().split("\n").map((line) => JSON.parse(line)), all);
  const arrow = await (await compare(app, a, b, "top=0&measure=chi2&format=arrow")).bytes();
  const table = [...tableFromIPC(arrow)].map((row) => {
    const { countA, countB, ...rest } = row.toJSON();
    return { ...rest, countA: Number(countA), countB: Number(countB) };
  });
  const byName = (rows: object[]) => rows.map((row) => Object.entries(row).sort());
  assertEquals(byName(table), byName(all));

  const paged: Row[] = [];
  for (
    let next: string | undefined = `/v1/jobs/${a}/compare?with=${b}&measure=chi2&top=250&limit=70`;
    next;
  ) {
    const page = await (await app.request(next)).json();
    paged.push(...page.rows);
    next = page.next;
  }
  assertEquals(paged, all.slice(0, 250));
  const whole = await compare(app, a, b, "top=0&measure=chi2&format=csv");
  const etag = whole.headers.get("etag")!;
  assertEquals([whole.headers.get("total-keys"), await whole.text()], ["300", csv]);
  const known = await compare(app, a, b, "top=0&measure=chi2&format=csv", {
    headers: { "if-none-match": etag },
  });
  assertEquals(known.status, 304);
  const part = await compare(app, a, b, "top=0&measure=chi2&format=csv", {
    headers: { range: "bytes=5000-5999" },
  });
  assertEquals([part.status, await part.text()], [206, csv.slice(5000, 6000)]);
});

Deno.test("GET /v1/jobs/:id/compare refuses what cannot be compared", async () => {
  await using test = await startCounting();
  const { app } = test;
  const a = await countAsJob(app, "a b");
  const pairs = await countAsJob(app, "a b", "n=2");
  const nothing = await countAsJob(app, "!");
  const values = await countAsJob(app, "x,1\n", "kernel=csv-group&option.by=0&option.sum=1");
  const refused = async (b: string, option: string) => {
    const problem = await assertProblem(await compare(app, a, b), 409, "not-mergeable");
    assertEquals(problem.option, option);
  };
  await refused(pairs, "n");
  await refused(nothing, "totals");
  await refused(values, "values");
  await assertProblem(await compare(app, a, "nobody"), 404, "unknown-job");
  await assertProblem(await compare(app, "nobody", a), 404, "unknown-job");
  const without = await app.request(`/v1/jobs/${a}/compare`);
  assertEquals((await assertProblem(without, 400, "invalid-parameter")).parameter, "with");
  await assertProblem(await compare(app, a, a, "measure=g3"), 400, "invalid-parameter");
  await assertProblem(await compare(app, a, a, "order=key"), 400, "unknown-parameter");
});

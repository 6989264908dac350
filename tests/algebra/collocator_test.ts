import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { logDice, pmi, tScore } from "../../src/algebra/scores.ts";
import nltk from "./fixtures/collocations.json" with { type: "json" };
import { countAsJob, startCounting } from "../support/algebra.ts";
import { type Asked, assertProblem, post } from "../support/http/test_app.ts";
import { freshSeed, Random } from "../support/random.ts";

interface Row {
  key: string;
  count: number;
  countFirst: number;
  countSecond: number;
  pmi: number;
  logDice: number;
  tScore: number;
}

function collocations(app: Asked, id: string, query = "", init: RequestInit = {}) {
  return app.request(`/v1/jobs/${id}/collocations?${query}`, init);
}

async function rowsOf(...asked: Parameters<typeof collocations>): Promise<Row[]> {
  const response = await collocations(...asked);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return JSON.parse(text).rows;
}

Deno.test("GET /v1/jobs/:id/collocations gives the counts and scores that NLTK gives", async () => {
  await using test = await startCounting();
  const id = await countAsJob(test.app, nltk.text, "n=2&tokenizer=whitespace");
  const rows = new Map((await rowsOf(test.app, id, "top=0")).map((row) => [row.key, row]));
  assertEquals(rows.size, nltk.rows.length);
  for (const [key, count, first, second, bits, dice, t] of nltk.rows as [string, ...number[]][]) {
    const row = rows.get(key)!;
    assertEquals([row.count, row.countFirst, row.countSecond], [count, first, second], key);
    assertAlmostEquals(row.pmi, bits, 1e-12, key);
    assertAlmostEquals(row.logDice, 14 + Math.log2(dice), 1e-12, key);
    assertAlmostEquals(row.tScore, t, 1e-6, key); // NLTK adds 1e-20 to a count
  }
});

Deno.test("GET /v1/jobs/:id/collocations agrees with sums over all pairs, in order, for any text", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using test = await startCounting();
  const { app } = test;
  // Words that others begin with, and bytes below and above the blank's.
  const words = ["a", "a-", "ab", "a\u{1}", "\u{e9}", "z\u{10ffff}", "a!b", "0"];
  const text = Array.from(
    { length: 20_000 },
    () => random.pick([random.pick(words), `w${random.below(300)}`]),
  );
  const id = await countAsJob(app, text.join(" "), "n=2&tokenizer=whitespace");
  const [pairs, first, second] = [0, 1, 2].map(() => new Map<string, number>());
  const add = (to: Map<string, number>, key: string) => to.set(key, (to.get(key) ?? 0) + 1);
  for (let i = 1; i < text.length; i++) {
    add(pairs, `${text[i - 1]} ${text[i]}`);
    add(first, text[i - 1]);
    add(second, text[i]);
  }
  for (const [score, of] of Object.entries({ pmi, logDice, tScore })) {
    const rows = await rowsOf(app, id, `score=${score}&top=0&min=2`);
    const frequent = [...pairs].filter(([, count]) => count >= 2);
    assertEquals(rows.length, frequent.length, `seed ${seed}`);
    let before = Infinity;
    for (const { key, count, countFirst, countSecond, ...scores } of rows) {
      const [one, other] = key.split(" ");
      const counts = [pairs.get(key), first.get(one), second.get(other)];
      assertEquals([count, countFirst, countSecond], counts, `${key}, seed ${seed}`);
      const given = { pair: count, first: countFirst, second: countSecond, all: text.length - 1 };
      assertEquals(scores[score as keyof typeof scores], of(given));
      assert(of(given) <= before, `seed ${seed}`);
      before = of(given);
    }
  }
});

Deno.test("GET /v1/jobs/:id/collocations answers in every form, by pages, and says what they are of", async () => {
  await using test = await startCounting();
  const { app } = test;
  const id = await countAsJob(app, nltk.text, "n=2&order=key");
  const csv = await (await collocations(app, id, "format=csv&min=2&top=2")).text();
  const [header, row] = csv.split("\r\n");
  assertEquals(header, "key,count,countFirst,countSecond,pmi,logDice,tScore");
  assertEquals(row.split(",").slice(0, 4), ["new york", "3", "5", "3"]);
  for (const format of ["tsv", "ndjson", "arrow"]) {
    const response = await collocations(app, id, `format=${format}`);
    assert(response.status === 200 && (await response.bytes()).length > 100, format);
  }
  const all = await rowsOf(app, id, "top=0&prefix=new");
  assert(all.length > 1 && all.every(({ key }) => key.startsWith("new")));
  const page = await (await collocations(app, id, "limit=2&score=tScore")).json();
  assertEquals([page.score, page.min, page.rows.length], ["tScore", 1, 2]);
  const rest = await (await app.request(page.next)).json();
  assert(rest.rows[0].tScore <= page.rows[1].tScore);
  const tag = (await collocations(app, id)).headers.get("etag")!;
  const known = await collocations(app, id, "", { headers: { "if-none-match": tag } });
  assertEquals(known.status, 304);
});

Deno.test("GET /v1/jobs/:id/collocations shows all pairs, whatever the job shows of its own", async () => {
  await using test = await startCounting();
  const { app } = test;
  const id = await countAsJob(app, "a b a b c", "n=2&max=1&top=1");
  const counts = (await rowsOf(app, id)).map(({ key, count }) => [key, count]).sort();
  assertEquals(counts, [["a b", 2], ["b a", 1], ["b c", 1]]);
});

Deno.test("GET /v1/jobs/:id/collocations refuses what are no pairs of words", async () => {
  await using test = await startCounting();
  const { app } = test;
  const refused = async (id: string) =>
    (await assertProblem(await collocations(app, id), 409, "not-scorable")).option;
  assertEquals(await refused(await countAsJob(app, "a b c")), "n");
  assertEquals(await refused(await countAsJob(app, "a b c d", "n=3")), "n");
  assertEquals(await refused(await countAsJob(app, "a\nb\n", "n=2&tokenizer=lines")), "tokenizer");
  const json = { headers: { "content-type": "application/json" } };
  const words = JSON.stringify(["new york", "is", "big"]);
  assertEquals(await refused(await countAsJob(app, words, "n=2", json)), "key");
  const tsv = { "content-type": "text/tab-separated-values" };
  const list = await post(app, "/v1/results?n=2", "alone\t1\n", { headers: tsv });
  assertEquals(await refused((await list.json()).id), "key");
  const id = await countAsJob(app, "a b c", "n=2");
  await assertProblem(await collocations(app, id, "score=mi3"), 400, "invalid-parameter");
  await assertProblem(await collocations(app, id, "order=key"), 400, "unknown-parameter");
});

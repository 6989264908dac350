import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  countAsJob,
  merge,
  postMerge,
  rowsOf,
  startCounting,
  totalsOf,
} from "../support/algebra.ts";
import { assertProblem, post } from "../support/http/test_app.ts";
import { freshSeed, Random } from "../support/random.ts";
import { soon, until } from "../support/waits.ts";

/** Lines of words, of which some are rare, long or beyond ASCII. */
function lines(random: Random, count: number): string[] {
  const word = () => {
    const n = random.below(random.pick([8, 300, 5000]));
    return random.pick([`w${n}`, `É${n}`, `strasse`, `STRAẞE`, "x".repeat(n % 90 + 1), `ⅷ${n}`]);
  };
  return Array.from(
    { length: count },
    () => Array.from({ length: random.between(1, 12) }, word).join(" "),
  );
}

/** Divides items among so many parts, each of which has at least one. */
function divide<T>(items: readonly T[], parts: number, random: Random): T[][] {
  const divided: T[][] = Array.from({ length: parts }, () => []);
  items.forEach((item, i) => divided[i < parts ? i : random.below(parts)].push(item));
  return divided;
}

Deno.test("results of a text's parts, put together, are the result of the whole", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using test = await startCounting();
  const { app } = test;
  for (const query of ["", "n=2&lineBound=true", "order=key", "tokenizer=lines", "case=preserve"]) {
    const all = lines(random, 3000);
    const parts = divide(all, random.between(2, 9), random);
    const textOf = (some: string[]) => some.map((line) => line + "\n").join("");
    const whole = await countAsJob(app, textOf(all), query);
    const ids = [];
    for (const part of parts) ids.push(await countAsJob(app, textOf(part), query));
    const merged = await merge(app, ids);
    const what = `seed ${seed}, ${query}`;
    const expected = await rowsOf(app, whole);
    assertEquals(await rowsOf(app, merged), expected, what);
    assertEquals(await totalsOf(app, merged), await totalsOf(app, whole), what);
    // However they are grouped.
    const cut = random.between(1, ids.length - 1);
    const [left, right] = [ids.slice(0, cut), ids.slice(cut)];
    const grouped = await merge(app, [await merge(app, left), await merge(app, right)]);
    assertEquals(await rowsOf(app, grouped), expected, what);
    const reversed = await merge(app, ids.toReversed());
    assertEquals(await rowsOf(app, reversed), expected, what);
    // Control: a part less is another result, and so is one too many.
    assertNotEquals(await rowsOf(app, await merge(app, ids.slice(1))), expected, what);
    assertNotEquals(await rowsOf(app, await merge(app, [...ids, ids[0]])), expected, what);
  }
});

Deno.test("a weight counts a result so often, whatever the size of the counts", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using test = await startCounting();
  const { app } = test;
  const texts = [lines(random, 500), lines(random, 300)].map((some) => some.join("\n"));
  const [a, b] = [await countAsJob(app, texts[0]), await countAsJob(app, texts[1])];
  const weighed = await merge(app, [a, b], [2, 3]);
  assertEquals(await rowsOf(app, weighed), await rowsOf(app, await merge(app, [a, a, b, b, b])));
  assertEquals(
    await totalsOf(app, weighed),
    await totalsOf(app, await merge(app, [a, b, b, a, b])),
  );
  assertNotEquals(await rowsOf(app, weighed), await rowsOf(app, await merge(app, [a, b], [3, 2])));
  const one = await countAsJob(app, "a a b");
  const large = 1_801_439_850_948_198; // a fifth of 2^53 - 1, as the text has five bytes
  assertEquals(
    await rowsOf(app, await merge(app, [one], [large])),
    `a\t${2 * large}\nb\t${large}\n`,
  );
});

Deno.test("a sum beyond what can be told exactly is a problem", async () => {
  await using test = await startCounting();
  const { app } = test;
  const one = await countAsJob(app, "a a b");
  for (const weights of [[1_801_439_850_948_199], [Number.MAX_SAFE_INTEGER]]) {
    const problem = await assertProblem(
      await postMerge(app, { jobs: [one], weights }),
      422,
      "value-overflow",
    );
    assertEquals(problem.limit, "9007199254740991");
  }
  const most = await merge(app, [await countAsJob(app, "a")], [Number.MAX_SAFE_INTEGER]);
  assertEquals(await rowsOf(app, most), "a\t9007199254740991\n");
  await assertProblem(await postMerge(app, { jobs: [most, most] }), 422, "value-overflow");
});

Deno.test("results without a key are nothing, also when all are", async () => {
  await using test = await startCounting();
  const { app } = test;
  const [nothing, something] = [await countAsJob(app, "... !"), await countAsJob(app, "a b a")];
  assertEquals(await rowsOf(app, await merge(app, [nothing, something])), "a\t2\nb\t1\n");
  const none = await merge(app, [nothing, nothing], [7, 1]);
  assertEquals(await rowsOf(app, none), "");
  assertEquals((await totalsOf(app, none)).keys, 0);
});

Deno.test("keys longer than a chunk and keys with line feeds go through as they are", async () => {
  await using test = await startCounting({ engine: { chunkBytes: 16_384 } });
  const { app } = test;
  const words = ["y".repeat(100_000), "a\nb", "", "y".repeat(16_380), "ä".repeat(9000)];
  const init = { headers: { "content-type": "application/json" } };
  const ids = [];
  for (const part of [words, words.slice(1), words.slice(2)]) {
    ids.push(await countAsJob(app, JSON.stringify(part), "", init));
  }
  const response = await app.request(`/v1/jobs/${await merge(app, ids)}/result?format=ndjson`);
  const rows = (await response.text()).trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(
    Object.fromEntries(rows.map(({ key, count }) => [key, count])),
    Object.fromEntries(words.map((word, i) => [word, Math.min(i + 1, 3)])),
  );
});

Deno.test("POST /v1/results/merge refuses jobs whose keys are others, and names the option", async () => {
  await using test = await startCounting();
  const { app } = test;
  const plain = await countAsJob(app, "a b");
  const rows = [
    ["n=2", "n", [1, 2]],
    ["tokenizer=ascii", "tokenizer", ["unicode", "ascii"]],
    ["case=preserve", "case", ["fold", "preserve"]],
    ["normalization=nfc", "normalization", ["none", "nfc"]],
    ["stop=en", "stop", [[], ["en"]]],
    ["minLength=2", "minLength", [0, 2]],
  ] as const;
  for (const [query, option, values] of rows) {
    const other = await countAsJob(app, "a b", query);
    const response = await postMerge(app, { jobs: [plain, plain, other] });
    const problem = await assertProblem(response, 409, "not-mergeable");
    assertEquals([problem.option, problem.values, problem.jobs], [option, values, [plain, other]]);
  }
  // What changes no key does not matter.
  const other = await countAsJob(
    app,
    "b",
    "order=key&top=1&min=5&format=csv&invalid=reject&bom=keep",
  );
  assertEquals(await rowsOf(app, await merge(app, [plain, other]), "min=1"), "b\t2\na\t1\n");
});

Deno.test("POST /v1/results/merge refuses bodies and jobs that it cannot use", async () => {
  await using test = await startCounting();
  const { app } = test;
  const job = await countAsJob(app, "a b");
  const rows: [unknown, string | undefined][] = [
    [[job], undefined],
    [{}, "jobs"],
    [{ jobs: [] }, "jobs"],
    [{ jobs: job }, "jobs"],
    [{ jobs: [job, 5] }, "jobs"],
    [{ jobs: Array(257).fill(job) }, "jobs"],
    [{ jobs: [job], weights: [0] }, "weights"],
    [{ jobs: [job], weights: [1.5] }, "weights"],
    [{ jobs: [job], weights: [1, 1] }, "weights"],
    [{ jobs: [job], weight: [1] }, "weight"],
  ];
  for (const [body, member] of rows) {
    const problem = await assertProblem(await postMerge(app, body), 400, "invalid-json");
    assertEquals(problem.member, member, JSON.stringify(body));
  }
  const unknown = await postMerge(app, { jobs: [job, "nobody"] });
  assertEquals((await assertProblem(unknown, 404, "unknown-job")).job, "nobody");
  await assertProblem(await post(app, "/v1/results/merge", "{"), 400, "invalid-json");
  await assertProblem(
    await post(app, "/v1/results/merge", " ".repeat(70_000)),
    413,
    "body-too-large",
  );
  await assertProblem(await post(app, "/v1/results/merge?top=1", "{}"), 400, "unknown-parameter");
});

Deno.test("a merge is a job as any other: it has a state, a key, and an end", async () => {
  await using test = await startCounting();
  const { app } = test;
  const job = await countAsJob(app, "a b a", "top=1&format=csv");
  const headers = { "idempotency-key": '"k"', prefer: "wait=60" };
  const ready = await postMerge(app, { jobs: [job, job] }, { headers });
  assertEquals([ready.status, await ready.text()], [200, "key,count\r\na,4\r\n"]);
  const again = await postMerge(app, { jobs: [job, job] }, {
    headers: { "idempotency-key": '"k"' },
  });
  assertEquals([again.status, again.headers.get("location")], [202, ready.headers.get("location")]);
  const { id, state, merge, options } = await again.json();
  assertEquals([state, merge.jobs, options.top], ["done", [job, job], 1]);
  const other = postMerge(app, { jobs: [job] }, { headers: { "idempotency-key": '"k"' } });
  await assertProblem(await other, 422, "key-reused");
  // It needs its sources no more.
  assertEquals((await app.request(`/v1/jobs/${job}`, { method: "DELETE" })).status, 204);
  assertEquals(await rowsOf(app, id), "a\t4\nb\t2\n");
  const gone = await postMerge(app, { jobs: [id, job] });
  assertEquals((await assertProblem(gone, 404, "unknown-job")).job, job);
});

Deno.test("results that outgrow memory are put together on disk, and leave no file open", async () => {
  const parent = await Deno.makeTempDir({ prefix: "millrace-merge-spill-" });
  const little = {
    memoryBytes: 10 * 1024 * 1024,
    jobMemoryBytes: 2 * 1024 * 1024,
    chunkBytes: 32 * 1024,
    slotsPerWorker: 2,
    spillDirectory: parent,
  };
  {
    await using test = await startCounting({ engine: little, resultBytes: 100_000_000 });
    const { app, engine } = test;
    const words = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => `n${(i * 7919) % (to - from) + from}`).join(" ");
    const a = await countAsJob(app, words(0, 150_000), "tokenizer=ascii&order=key");
    const b = await countAsJob(app, words(100_000, 250_000), "tokenizer=ascii&order=key");
    const merged = await merge(app, [a, b]);
    const rows = (await rowsOf(app, merged)).trimEnd().split("\n");
    assertEquals(rows.length, 250_000);
    const expected = Array.from(
      { length: 250_000 },
      (_, i) => [`n${i}`, i >= 100_000 && i < 150_000 ? 2 : 1] as const,
    ).sort(([a], [b]) => a < b ? -1 : 1);
    assert(rows.every((row, i) => row === expected[i].join("\t")));
    for (const id of [a, b, merged]) await app.request(`/v1/jobs/${id}`, { method: "DELETE" });
    await soon(until(() => engine.status().memory.jobs === 0));
  }
  await Deno.remove(parent, { recursive: true });
});

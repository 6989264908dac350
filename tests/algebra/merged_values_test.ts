import { assertEquals } from "@std/assert";
import { countAsJob, merge, postMerge, rowsOf, startCounting } from "../support/algebra.ts";
import { assertProblem, post } from "../support/http/test_app.ts";
import { freshSeed, Random } from "../support/random.ts";

type Counting = Awaited<ReturnType<typeof startCounting>>;

/** Sends a kernel of the two columns of CSV; gives its id. */
async function send({ app }: Counting, op: string, type: string): Promise<string> {
  const source = `import { Chunk, csv, emitBytesValue } from "millrace";
export const records = "csv";
export const op = "${op}";
export const value = "${type}";
export function map(row: Chunk): void {
  const key = csv.field(row, 0), amount = csv.field(row, 1);
  if (key != null && amount != null) emitBytesValue(key.start, key.length, amount${
    type.startsWith("decimal") ? "" : ".toNumber()"
  });
}`;
  const headers = { "content-type": "text/typescript" };
  const response = await post(app, "/v1/kernels", source, { headers });
  assertEquals(response.status, 201, await response.clone().text());
  return (await response.json()).id;
}

/** CSV of signed amounts with two fraction digits. */
function rows(random: Random, count: number): string {
  const amount = () =>
    `${random.oneIn(2) ? "-" : ""}${random.below(1000)}.${random.between(10, 99)}`;
  return Array.from({ length: count }, () => `k${random.below(200)},${amount()}\n`).join("");
}

Deno.test("values are put together as those of the whole are, or refused", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using test = await startCounting();
  const { app } = test;
  const cases = [["sum", "decimal(2)"], ["min", "decimal(2)"], ["max", "decimal(2)"], [
    "max",
    "f64",
  ]];
  for (const [op, type] of cases) {
    const query = `kernel=${await send(test, op, type)}`;
    const texts = Array.from({ length: 3 }, () => rows(random, 400));
    const whole = await countAsJob(app, texts.join(""), query);
    const [a, b, c] = [
      await countAsJob(app, texts[0], query),
      await countAsJob(app, texts[1], query),
      await countAsJob(app, texts[2], query),
    ];
    const merged = await merge(app, [c, await merge(app, [a, b])]);
    const what = `${op} of ${type}, seed ${seed}`;
    assertEquals(await rowsOf(app, merged), await rowsOf(app, whole), what);
    const twice = await postMerge(app, { jobs: [a, b], weights: [2, 1] });
    if (op === "sum") {
      const { id } = await twice.json();
      await (await app.request(`/v1/jobs/${id}?wait=60`)).body?.cancel();
      assertEquals(await rowsOf(app, id), await rowsOf(app, await merge(app, [a, b, a])), what);
    } else {
      const problem = await assertProblem(twice, 409, "not-mergeable");
      assertEquals(problem.option, "weights");
    }
  }
  for (const [op, type] of [["sum", "f64"], ["avg", "decimal(2)"]]) {
    const query = `kernel=${await send(test, op, type)}`;
    const job = await countAsJob(app, "a,1\nb,2\n", query);
    const response = await postMerge(app, { jobs: [job, job] });
    const problem = await assertProblem(response, 409, "not-mergeable");
    assertEquals(problem.option, "values");
  }
});

Deno.test("sums of decimals beyond 64 bits are told, never wrong", async () => {
  await using test = await startCounting();
  const { app } = test;
  const query = `kernel=${await send(test, "sum", "decimal(0)")}`;
  const most = 2n ** 63n - 1n;
  const one = await countAsJob(app, `a,${most}\nb,-${most}\n`, query);
  const two = await merge(app, [one, one]);
  assertEquals(await rowsOf(app, two), `a\t${2n * most}\nb\t-${2n * most}\n`);
  const ended = async (body: unknown) => {
    const { id } = await (await postMerge(app, body)).json();
    return await app.request(`/v1/jobs/${id}/result?wait=60`);
  };
  await assertProblem(await ended({ jobs: [one], weights: [2] }), 422, "value-overflow");
  await assertProblem(await ended({ jobs: [two, one] }), 422, "value-overflow");
});

Deno.test("numbers of different texts cannot be put together", async () => {
  await using test = await startCounting();
  const { app } = test;
  const query = "kernel=distinct-field&option.by=0&option.of=1";
  const job = await countAsJob(app, "a b\na c\n", query);
  const problem = await assertProblem(
    await postMerge(app, { jobs: [job, job] }),
    409,
    "not-mergeable",
  );
  assertEquals([problem.option, (problem.values as { op: string }).op], ["values", "distinct"]);
});

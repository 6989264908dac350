import { assertEquals } from "@std/assert";
import { countAsJob, merge, startCounting } from "../support/algebra.ts";
import { type Asked, post } from "../support/http/test_app.ts";

const QUERY = "key=column(1)&value=column(2)&agg=sum,count&onError=skip";
const FIRST = 'a,1.5\n,2\nb,x\n"c,3\n';
const SECOND = "a,2\nb,y\nb,z\n";

async function toldOf(app: Asked, id: string): Promise<unknown> {
  const { records } = await (await app.request(`/v1/jobs/${id}/result`)).json();
  const headers = (await app.request(`/v1/jobs/${id}/result?format=csv`)).headers;
  const names = ["total-records", "missing-keys", "not-numbers", "skipped-records"];
  return [records, names.map((name) => Number(headers.get(name)))];
}

Deno.test("a merge tells of the records of its results, as often as they weigh", async () => {
  await using test = await startCounting();
  const { app } = test;
  const [first, second] = [
    await countAsJob(app, FIRST, QUERY),
    await countAsJob(app, SECOND, QUERY),
  ];
  assertEquals(await toldOf(app, await merge(app, [second, first], [1, 2])), [
    { records: 11, missing: 2, notNumbers: 4, skipped: 2, skippedAt: [SECOND.length + 13] },
    [11, 2, 4, 2],
  ]);
});

Deno.test("POST /v1/jobs/:id/parts tells of the records of all parts", async () => {
  await using test = await startCounting();
  const { app } = test;
  const id = await countAsJob(app, FIRST, QUERY);
  for (const [i, part] of [SECOND, FIRST].entries()) {
    const headers = { "idempotency-key": `${i}` };
    const response = await post(app, `/v1/jobs/${id}/parts`, part, { headers });
    assertEquals(response.status, 200, await response.text());
  }
  const skippedAt = [13, FIRST.length + SECOND.length + 13];
  assertEquals(await toldOf(app, id), [
    { records: 11, missing: 2, notNumbers: 4, skipped: 2, skippedAt },
    [11, 2, 4, 2],
  ]);
});

Deno.test("a merge of counts of tokens tells of no records", async () => {
  await using test = await startCounting();
  const { app } = test;
  const [first, second] = [await countAsJob(app, "a b"), await countAsJob(app, "b")];
  assertEquals(await toldOf(app, await merge(app, [first, second])), [undefined, [0, 0, 0, 0]]);
});

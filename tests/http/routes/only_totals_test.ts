import { assertEquals, assertNotEquals } from "@std/assert";
import { countAsJob, startCounting } from "../../support/algebra.ts";
import { assertProblem, post } from "../../support/http/test_app.ts";

const TEXT = "to be or not to be, that is the question: ".repeat(3000) + "x y z";

Deno.test("only=totals answers the totals of all keys and nothing else", async () => {
  await using test = await startCounting();
  const { app } = test;
  for (
    const query of [
      "",
      "n=2&",
      "stop=en&",
      "order=key&",
      "top=1&min=5&",
      "partition=range&borders=n&",
    ]
  ) {
    const whole = await (await post(app, `/v1/count?${query}`, TEXT)).json();
    const response = await post(app, `/v1/count?${query}only=totals`, TEXT);
    assertEquals(await response.json(), { totals: whole.totals }, query);
    const job = await countAsJob(app, TEXT, query);
    const result = await app.request(`/v1/jobs/${job}/result?only=totals`);
    assertEquals(await result.json(), { totals: whole.totals }, query);
  }
  const job = await countAsJob(app, TEXT, "only=totals");
  const path = `/v1/jobs/${job}/result`;
  assertEquals(Object.keys(await (await app.request(path)).json()), ["totals"]);
  const all = await app.request(`${path}?only=all`);
  assertEquals((await all.json()).counts.length, 11);
  const tags = [(await app.request(path)).headers.get("etag"), all.headers.get("etag")];
  assertNotEquals(tags[0], tags[1]);
  const known = await app.request(path, { headers: { "if-none-match": tags[0]! } });
  assertEquals(known.status, 304);
});

Deno.test("only=totals of values names what they are, and has no sum of them", async () => {
  await using test = await startCounting();
  const query = "kernel=csv-group&option.by=0&option.sum=1&only=totals";
  const answer = await (await post(test.app, `/v1/count?${query}`, "a,1\nb,2\na,3\n")).json();
  assertEquals(answer, {
    totals: { bytes: 12, tokens: 3, keys: 2, replacements: 0 },
    values: { op: "sum", type: "f64" },
  });
});

Deno.test("only=totals is refused beside formats of rows, and in the events the result is short", async () => {
  await using test = await startCounting();
  const { app } = test;
  const csv = await post(app, "/v1/count?only=totals&format=csv", "a");
  assertEquals((await assertProblem(csv, 400, "invalid-parameter")).parameter, "only");
  const asked = await post(app, "/v1/count?only=totals", "a", { headers: { accept: "text/csv" } });
  await assertProblem(asked, 400, "invalid-parameter");
  const job = await countAsJob(app, "a");
  const rows = await app.request(`/v1/jobs/${job}/result?only=totals&format=tsv`);
  await assertProblem(rows, 400, "invalid-parameter");
  const headers = { accept: "text/event-stream" };
  const events = await (await post(app, "/v1/count?only=totals", "a b", { headers })).text();
  const data = events.trimEnd().split("\n").at(-1)!.slice("data: ".length);
  assertEquals(Object.keys(JSON.parse(data)), ["totals"]);
});

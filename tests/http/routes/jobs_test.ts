import { assertEquals, assertMatch } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { gatedStream } from "../../support/inputs.ts";
import { assertProblem, createTestApp, post, type TestApp } from "../../support/http/test_app.ts";
import { until } from "../../support/waits.ts";

const TEXT = "b a b c b a";

Deno.test("POST /v1/jobs answers 202 with Location; status and result follow", async () => {
  await using test = await createTestApp();
  const held = hold(test);
  const response = await post(test.app, "/v1/jobs?top=2", TEXT);
  assertEquals(response.status, 202);
  const location = response.headers.get("location")!;
  const created = await response.json();
  assertEquals(location, `/v1/jobs/${created.id}`);
  assertEquals(created.state, "running");
  const [result, events] = [`${location}/result`, `${location}/events`];
  assertEquals(created.links, { self: location, result, events });
  assertMatch(created.createdAt, /^\d{4}-.+Z$/);

  const early = await test.app.request(`${location}/result`);
  assertEquals(early.headers.get("retry-after"), "1");
  assertEquals((await assertProblem(early, 409, "job-not-finished")).state, "running");

  held.resolve();
  await test.jobs.drained();
  const status = await (await test.app.request(location)).json();
  assertEquals(status.state, "done");
  assertEquals(status.attempt, 1);
  assertEquals(status.totals, { bytes: 11, tokens: 6, keys: 3, counted: 6, replacements: 0 });
  assertEquals([status.options.top, status.options.format], [2, "json"]);
  const answer = await (await test.app.request(result)).json();
  assertEquals(answer.counts, [{ key: "b", count: 3 }, { key: "a", count: 2 }]);
  assertEquals([answer.truncated, answer.options.top], [1, 2]);
});

Deno.test("GET /v1/jobs/:id/result cuts by top, min and format", async () => {
  await using test = await createTestApp();
  const path = `${await submit(test, "order=key")}/result`;
  const rows = [
    ["", "a\t2\nb\t3\nc\t1\n"],
    ["&min=2", "a\t2\nb\t3\n"],
    ["&min=3", "b\t3\n"],
    ["&top=1", "a\t2\n"],
    ["&min=3&top=1", "b\t3\n"],
    ["&min=4", ""],
  ];
  for (const [query, tsv] of rows) {
    const response = await test.app.request(`${path}?format=tsv${query}`);
    assertEquals([response.status, await response.text()], [200, tsv]);
  }
  await assertProblem(await test.app.request(`${path}?case=fold`), 400, "unknown-parameter");
  await assertProblem(await test.app.request(`${path}?top=x`), 400, "invalid-parameter");
});

Deno.test("GET /v1/jobs/:id/result holds all keys, whatever the POST asked to show", async () => {
  await using test = await createTestApp();
  const path = `${await submit(test, "top=1&min=3&format=tsv")}/result`;
  assertEquals(await (await test.app.request(path)).text(), "b\t3\n");
  const all = await test.app.request(`${path}?top=0&min=1`);
  assertEquals(await all.text(), "b\t3\na\t2\nc\t1\n");
});

Deno.test("DELETE /v1/jobs/:id cancels a running job and forgets it", async () => {
  await using test = await createTestApp();
  hold(test);
  const location = (await post(test.app, "/v1/jobs", TEXT)).headers.get("location")!;
  const response = await test.app.request(location, { method: "DELETE" });
  assertEquals([response.status, await response.text()], [204, ""]);
  assertEquals(test.engine.jobs[0].state, "cancelled");
  await assertProblem(await test.app.request(location), 404, "unknown-job");
  await assertProblem(await test.app.request(location, { method: "DELETE" }), 404, "unknown-job");
});

Deno.test("DELETE /v1/jobs/:id removes the result of a finished job", async () => {
  await using test = await createTestApp();
  const location = await submit(test, "");
  assertEquals((await test.app.request(location, { method: "DELETE" })).status, 204);
  await assertProblem(await test.app.request(`${location}/result`), 404, "unknown-job");
  assertEquals(test.store.bytes, 0);
});

Deno.test("GET /v1/jobs/:id tells why a job failed after its 202, and so does its result", async () => {
  await using test = await createTestApp();
  test.engine.failure = new JobError("out_of_memory", "Cannot count", { details: { limit: 8 } });
  const location = await submit(test, "");
  const status = await (await test.app.request(location)).json();
  assertEquals([status.state, status.error.status, status.error.limit], ["failed", 507, 8]);
  await assertProblem(await test.app.request(`${location}/result`), 507, "out-of-memory");
});

Deno.test("POST /v1/jobs answers no 202 to an input that fails, and leaves nothing", async () => {
  await using test = await createTestApp({ maxBodyBytes: 4 });
  await assertProblem(await post(test.app, "/v1/jobs", TEXT), 413, "body-too-large");
  assertEquals([test.jobs.running, test.store.bytes], [0, 0]);
});

Deno.test("GET /v1/jobs/:id names the job that it does not know", async () => {
  await using test = await createTestApp();
  const rows = [["GET", ""], ["DELETE", ""], ["GET", "/result"]];
  for (const [method, tail] of rows) {
    const response = await test.app.request(`/v1/jobs/nobody${tail}`, { method });
    assertEquals((await assertProblem(response, 404, "unknown-job")).job, "nobody");
  }
  const query = await test.app.request("/v1/jobs/nobody?verbose");
  await assertProblem(query, 400, "unknown-parameter");
});

function hold(test: TestApp): PromiseWithResolvers<void> {
  const held = Promise.withResolvers<void>();
  test.engine.hold = held.promise;
  return held;
}

/** Submits a job and waits until it is stored; gives its location. */
async function submit(test: TestApp, query: string): Promise<string> {
  const response = await post(test.app, `/v1/jobs?${query}`, TEXT);
  assertEquals(response.status, 202, await response.text());
  await test.jobs.drained();
  return response.headers.get("location")!;
}

Deno.test("POST /v1/jobs with Prefer: wait answers 200 with the result if it is ready", async () => {
  await using test = await createTestApp();
  const prefer = { headers: { prefer: 'respond-async, wait="5"' } };
  const response = await post(test.app, "/v1/jobs?format=tsv&top=1", TEXT, prefer);
  assertEquals([response.status, await response.text()], [200, "b\t3\n"]);
  assertEquals(response.headers.get("preference-applied"), "wait=5");
  const location = response.headers.get("location")!;
  assertEquals(response.headers.get("content-location"), `${location}/result`);
  assertEquals((await (await test.app.request(location)).json()).state, "done");

  hold(test);
  const late = await post(test.app, "/v1/jobs", TEXT, { headers: { prefer: "wait=0" } });
  assertEquals([late.status, late.headers.get("preference-applied")], [202, "wait=0"]);
  assertEquals((await late.json()).state, "running");
});

Deno.test("GET waits for the end of a job, no longer than it is told", async () => {
  await using test = await createTestApp();
  const held = hold(test);
  const location = (await post(test.app, "/v1/jobs", TEXT)).headers.get("location")!;
  const early = await test.app.request(`${location}/result?wait=0`);
  await assertProblem(early, 409, "job-not-finished");
  const waiting = [test.app.request(`${location}?wait=60`)];
  waiting.push(test.app.request(`${location}/result?wait=60&format=tsv&top=1`));
  held.resolve();
  const [status, result] = await Promise.all(waiting);
  assertEquals([(await status.json()).state, await result.text()], ["done", "b\t3\n"]);
  const long = await test.app.request(`${location}?wait=61`);
  await assertProblem(long, 400, "invalid-parameter");
});

Deno.test("GET /v1/jobs lists jobs, the newest first, page by page", async () => {
  await using test = await createTestApp();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.unshift((await submit(test, "")).split("/").at(-1)!);
  const seen: string[] = [];
  for (let path: string | undefined = "/v1/jobs?limit=2&state=done"; path !== undefined;) {
    const page: { jobs: { id: string }[]; links: { next?: string } } =
      await (await test.app.request(path)).json();
    seen.push(...page.jobs.map(({ id }) => id));
    path = page.links.next;
  }
  assertEquals(seen.toSorted().reverse(), ids.toSorted().reverse());
  assertEquals((await (await test.app.request("/v1/jobs?state=failed")).json()).jobs, []);
  const all = (await (await test.app.request("/v1/jobs")).json()).jobs;
  for (const query of ["state=", "state=Done", "limit=5e1"]) {
    const same = (await (await test.app.request(`/v1/jobs?${query}`)).json()).jobs;
    assertEquals(same, all, query);
  }
  for (const query of ["state=gone", "limit=0", "limit=1001", "cursor=x", "cursor=%E4"]) {
    const response = await test.app.request(`/v1/jobs?${query}`);
    await assertProblem(response, 400, "invalid-parameter");
  }
});

Deno.test("POST /v1/jobs makes one job of any number of requests with one Idempotency-Key", async () => {
  await using test = await createTestApp();
  const send = (key: string, query = "", body = TEXT) =>
    post(test.app, `/v1/jobs?${query}`, body, { headers: { "idempotency-key": key } });
  const first = await send('"k"');
  const location = first.headers.get("location");
  for (const key of ['"k"', "k"]) {
    const again = await send(key);
    assertEquals([again.status, again.headers.get("location")], [202, location]);
  }
  assertEquals(test.engine.jobs.length, 1);
  for (const [query, body] of [["top=1", TEXT], ["", "b a"]]) {
    assertEquals(
      (await assertProblem(await send('"k"', query, body), 422, "key-reused")).value,
      "k",
    );
  }
  await test.app.request(location!, { method: "DELETE" });
  assertEquals((await send('"k"')).status, 202);
  assertEquals(test.engine.jobs.length, 2);
  for (const key of ['""', '"ä"', "a b", `"${"x".repeat(256)}"`, '"a']) {
    await assertProblem(await send(key), 400, "invalid-header");
  }
});

Deno.test("POST /v1/jobs holds an Idempotency-Key while its request runs, and frees it when that fails", async () => {
  await using test = await createTestApp({ maxBodyBytes: 100 });
  const gate = Promise.withResolvers<void>();
  const init = { headers: { "idempotency-key": '"k"' } };
  const under = post(test.app, "/v1/jobs", gatedStream(["b a"], gate.promise), init);
  await until(() => test.engine.jobs.length === 1);
  const busy = await post(test.app, "/v1/jobs", TEXT, init);
  assertEquals(busy.headers.get("retry-after"), "1");
  await assertProblem(busy, 409, "key-in-use");
  gate.resolve();
  assertEquals((await under).status, 202);

  const other = { headers: { "idempotency-key": '"other"' } };
  const refused = await post(test.app, "/v1/jobs", "x".repeat(101), other);
  await assertProblem(refused, 413, "body-too-large");
  assertEquals((await post(test.app, "/v1/jobs", TEXT, other)).status, 202);
});

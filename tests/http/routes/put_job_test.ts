import { assert, assertEquals } from "@std/assert";
import { addApiKey } from "../../../src/access/api_key_file.ts";
import { collectEvents, readEvents } from "../../support/http/events.ts";
import { assertProblem, createTestApp, post, type TestApp } from "../../support/http/test_app.ts";
import { gatedStream } from "../../support/inputs.ts";
import { bearer } from "../../support/keys.ts";
import { pause, soon, until } from "../../support/waits.ts";

const TEXT = "b a b c b a";
const ID = "3f2b8a44-9d1c-4c53-8f0e-0d6c2a7b9e11";
const PATH = `/v1/jobs/${ID}`;

function put(test: TestApp, path = PATH, body: BodyInit = TEXT, headers: HeadersInit = {}) {
  return test.app.request(path, { method: "PUT", body, headers });
}

/** Begins to send a body that goes on when it is told to. */
async function putHeld(test: TestApp) {
  const gate = Promise.withResolvers<void>();
  const begun = test.engine.jobs.length + 1;
  const answer = put(test, PATH, gatedStream(["b a b"], gate.promise));
  await until(() => test.engine.jobs.length === begun);
  return { answer, letGo: gate.resolve, breakOff: () => gate.reject(new Error("it broke off")) };
}

Deno.test("PUT /v1/jobs/:id begins a job under the client's id, by which all know it", async () => {
  await using test = await createTestApp();
  const response = await put(test, `${PATH}?top=2`);
  assertEquals([response.status, response.headers.get("location")], [202, PATH]);
  assertEquals((await response.json()).id, ID);
  await test.jobs.drained();
  const status = await (await test.app.request(PATH)).json();
  assertEquals([status.id, status.state], [ID, "done"]);
  assertEquals([status.links.self, status.links.result], [PATH, `${PATH}/result`]);
  const page = await (await test.app.request(`${PATH}/result?limit=1`)).json();
  assertEquals(page.counts, [{ key: "b", count: 3 }]);
  assert(page.next.startsWith(`${PATH}/result?`), page.next);
  assertEquals((await (await test.app.request(page.next)).json()).counts, [{ key: "a", count: 2 }]);
  await post(test.app, "/v1/jobs", TEXT);
  const { jobs } = await (await test.app.request("/v1/jobs")).json();
  assertEquals([jobs.length, jobs[1].id], [2, ID]); // the newest first, whatever the id is
  assertEquals(test.engine.jobs[0].id, ID);
});

Deno.test("PUT /v1/jobs/:id makes one job of the same request, and refuses another", async () => {
  await using test = await createTestApp();
  const first = await (await put(test)).json();
  for (const path of [PATH, `/v1/jobs/${ID.toUpperCase()}`]) {
    const again = await put(test, path);
    assertEquals([again.status, again.headers.get("location")], [202, PATH]);
    assertEquals((await again.json()).createdAt, first.createdAt);
  }
  assertEquals(test.engine.jobs.length, 1);
  for (const [query, body] of [["?top=1", TEXT], ["", "b a"]]) {
    const problem = await assertProblem(await put(test, PATH + query, body), 422, "id-reused");
    assertEquals(problem.job, ID);
  }
  const posted = (await post(test.app, "/v1/jobs", TEXT)).headers.get("location")!;
  await assertProblem(await put(test, posted), 422, "id-reused");
  await test.app.request(PATH, { method: "DELETE" });
  assertEquals((await put(test, PATH, "another text")).status, 202);
  assertEquals(test.engine.jobs.length, 3);
});

Deno.test("PUT /v1/jobs/:id waits for the result if the client prefers to", async () => {
  await using test = await createTestApp();
  const response = await put(test, `${PATH}?format=tsv&top=1`, TEXT, { prefer: "wait=5" });
  assertEquals([response.status, await response.text()], [200, "b\t3\n"]);
  assertEquals(response.headers.get("content-location"), `${PATH}/result`);
});

Deno.test("PUT /v1/jobs/:id refuses what is no id, and what would name the job twice", async () => {
  await using test = await createTestApp();
  for (const id of ["nobody", ID.slice(1), `${ID}0`, ID.replaceAll("-", "")]) {
    const problem = await assertProblem(await put(test, `/v1/jobs/${id}`), 400, "invalid-id");
    assertEquals([problem.value, `${problem.allowed}`.startsWith("a UUID")], [id, true]);
  }
  for (const [name, value] of [["idempotency-key", '"k"'], ["content-range", "bytes 0-3/9"]]) {
    const refused = await put(test, PATH, TEXT, { [name]: value });
    assertEquals((await assertProblem(refused, 400, "invalid-header")).header, name);
  }
  await assertProblem(await put(test, `${PATH}?verbose`), 400, "unknown-parameter");
  assertEquals((await put(test)).status, 202); // what was refused holds no id
});

Deno.test("a job that is PUT can be watched while its body is sent", async () => {
  await using test = await createTestApp();
  const watching = test.app.request(`${PATH}/events?wait=60`);
  const { answer, letGo } = await putHeld(test);
  const events = readEvents(await soon(watching));
  let told;
  do told = (await soon(events.next())).value!; while (told.data?.bytes !== 5);
  assertEquals([told.event, told.data.state], ["progress", "running"]);
  assertEquals((await (await test.app.request(PATH)).json()).state, "running");
  await assertProblem(await test.app.request(`${PATH}/result`), 409, "job-not-finished");
  const result = test.app.request(`${PATH}/result?wait=60&format=tsv`);
  const other = await put(test);
  assertEquals(other.headers.get("retry-after"), "1");
  assertEquals((await assertProblem(other, 409, "id-in-use")).job, ID);
  letGo();
  assertEquals((await answer).status, 202);
  const last = (await Array.fromAsync(events)).at(-1)!;
  assertEquals([last.event, last.data.id, last.data.links.self], ["done", ID, PATH]);
  assertEquals(await (await result).text(), "b\t2\na\t1\n");
  assertEquals((await put(test, PATH, new TextEncoder().encode("b a b"))).status, 202);
  assertEquals(test.engine.jobs.length, 1);
});

Deno.test("an id is free again when its upload breaks off, and who watches is told why", async () => {
  await using test = await createTestApp();
  const { answer, breakOff } = await putHeld(test);
  const events = collectEvents(await test.app.request(`${PATH}/events`));
  breakOff();
  await assertProblem(await answer, 400, "body-aborted");
  const last = (await soon(events)).at(-1)!;
  assertEquals([last.event, last.data.type], ["error", "urn:millrace:problem:body-aborted"]);
  await assertProblem(await test.app.request(PATH), 404, "unknown-job");
  assertEquals([test.jobs.running, test.store.bytes], [0, 0]);
  assertEquals((await put(test)).status, 202);
});

Deno.test("DELETE ends an upload, and its id may be used at once", async () => {
  await using test = await createTestApp();
  const { answer } = await putHeld(test);
  const events = collectEvents(await test.app.request(`${PATH}/events`));
  assertEquals((await test.app.request(PATH, { method: "DELETE" })).status, 204);
  assertEquals((await put(test, PATH, "another text")).status, 202);
  await assertProblem(await answer, 410, "job-cancelled");
  assertEquals((await soon(events)).at(-1)!.event, "cancelled");
  assertEquals((await test.app.request(PATH)).status, 200);
});

Deno.test("of many PUTs of one id at once, one begins the job and the others meet it", async () => {
  await using test = await createTestApp();
  const responses = await Promise.all(Array.from({ length: 20 }, () => put(test)));
  const statuses = responses.map(({ status }) => status);
  assert(statuses.includes(202) && statuses.every((it) => it === 202 || it === 409), `${statuses}`);
  assertEquals(test.engine.jobs.length, 1);
});

Deno.test("GET /v1/jobs/:id/events waits for an id as long as it is told, and no longer", async () => {
  await using test = await createTestApp();
  await assertProblem(await test.app.request(`${PATH}/events?wait=61`), 400, "invalid-parameter");
  await assertProblem(await test.app.request(`${PATH}/events?wait=0`), 404, "unknown-job");
  await assertProblem(await test.app.request(`${PATH}/events?wait=1`), 404, "unknown-job");
  const waiting = test.app.request(`${PATH}/events?wait=60`);
  await pause(0);
  test.jobs.stop();
  await assertProblem(await soon(waiting), 503, "shutting-down");
});

Deno.test("an id is its tenant's: another may use the same one, and sees nothing of the first", async () => {
  const folder = await Deno.makeTempDir();
  const keys = `${folder}/keys.json`;
  const [a, b] = ["a", "b"].map((tenant) => bearer(addApiKey(keys, { tenant }).token));
  {
    await using test = await createTestApp({ keys });
    const get = (path: string, headers: HeadersInit) => test.app.request(path, { headers });
    const gate = Promise.withResolvers<void>();
    const first = put(test, PATH, gatedStream(["a a a"], gate.promise), a);
    await until(() => test.engine.jobs.length === 1);
    await assertProblem(await get(PATH, b), 404, "unknown-job");
    await assertProblem(await get(`${PATH}/events`, b), 404, "unknown-job");
    const refused = await test.app.request(PATH, { method: "DELETE", headers: b });
    await assertProblem(refused, 404, "unknown-job");
    assertEquals((await put(test, PATH, "b", b)).status, 202);
    const events = await Promise.all([a, b].map((key) => get(`${PATH}/events`, key)));
    gate.resolve();
    assertEquals((await first).status, 202);
    const ends = await Promise.all(events.map(collectEvents));
    assertEquals(ends.map((all) => all.at(-1)!.data.totals.tokens), [3, 1]);
    const results = await Promise.all([a, b].map((key) => get(`${PATH}/result?format=tsv`, key)));
    assertEquals(await Promise.all(results.map((it) => it.text())), ["a\t3\n", "b\t1\n"]);
  }
  await Deno.remove(folder, { recursive: true });
});

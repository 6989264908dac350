import { assert, assertEquals } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { EventHub } from "../../../src/http/events/event_hub.ts";
import { collectEvents, readEvents } from "../../support/http/events.ts";
import { assertProblem, createTestApp, post, type TestApp } from "../../support/http/test_app.ts";
import { soon } from "../../support/waits.ts";

/** Between two looks at a job: a test does not wait for real ones. */
const TICK_MS = 2;

/** Submits a job that is held until it is let go; gives its address. */
async function submitHeld(test: TestApp): Promise<{ path: string; letGo: () => void }> {
  const held = Promise.withResolvers<void>();
  test.engine.hold = held.promise;
  const response = await post(test.app, "/v1/jobs", "b a b");
  return { path: response.headers.get("location")!, letGo: held.resolve };
}

Deno.test("GET /v1/jobs/:id/events tells the state at once, and the end with totals and links", async () => {
  await using test = await createTestApp();
  const { path, letGo } = await submitHeld(test);
  const response = await test.app.request(`${path}/events`);
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  assertEquals(response.headers.get("cache-control"), "no-store");
  const events = readEvents(response);
  const { value: first } = await events.next();
  assertEquals([first!.event, first!.id, first!.retry], ["progress", "1", "2000"]);
  assertEquals(first!.data, { state: "running", bytes: 5, chunks: 1, tokens: 0, mbPerSecond: 0 });
  letGo();
  const rest = await Array.fromAsync(events);
  const last = rest.at(-1)!;
  assertEquals([last.event, last.id], ["done", "end"]);
  assertEquals([last.data.state, last.data.totals.tokens], ["done", 3]);
  assertEquals(last.data.links.result, `${path}/result`);
});

Deno.test("progress and the largest counts are told as they change, and only then", async () => {
  await using test = await createTestApp();
  const { path, letGo } = await submitHeld(test);
  const hub = new EventHub(test.jobs, { tickMs: TICK_MS });
  const watched = { id: path.split("/").at(-1)!, tenant: undefined };
  const status = await test.jobs.status(watched.id, undefined);
  const [events, silent] = [10, 0].map((top) =>
    readEvents(new Response(hub.listen(watched, status, top)))
  );
  await Promise.all([events.next(), silent.next()]);
  const { counters } = test.engine.jobs[0];
  const told: string[] = [];
  for (let tokens = 1; tokens <= 3; tokens++) {
    counters.tokens = tokens;
    for (let seen = false; !seen;) {
      const { value } = await soon(events.next());
      told.push(value!.event!);
      seen = value!.data.tokens === tokens;
    }
  }
  letGo();
  const rest = await Array.fromAsync(events);
  told.push(...rest.map(({ event }) => event!));
  assertEquals(told.filter((event) => event === "progress").length, 3);
  assert(told.includes("top"), told.join());
  assertEquals(told.at(-1), "done");
  const quiet = await Array.fromAsync(silent);
  assertEquals(quiet.map(({ event }) => event), ["progress", "progress", "progress", "done"]);
});

Deno.test("a job that has ended tells its end alone, and 204 to who has seen it", async () => {
  await using test = await createTestApp();
  const { path, letGo } = await submitHeld(test);
  letGo();
  await test.jobs.drained();
  const events = await collectEvents(await test.app.request(`${path}/events`));
  assertEquals(events.map(({ event, id }) => [event, id]), [["done", "end"]]);
  const again = (id: string) =>
    test.app.request(`${path}/events`, { headers: { "last-event-id": id } });
  assertEquals((await again("end")).status, 204);
  assertEquals((await collectEvents(await again("7"))).length, 1);
});

Deno.test("a job that fails or is cancelled tells so", async () => {
  await using test = await createTestApp();
  test.engine.failure = new JobError("out_of_memory", "Cannot count", { details: { limit: 8 } });
  const failing = await submitHeld(test);
  const failed = collectEvents(await test.app.request(`${failing.path}/events`));
  failing.letGo();
  const { event, data } = (await failed).at(-1)!;
  assertEquals([event, data.error.status, data.error.limit], ["failed", 507, 8]);

  const cancelling = await submitHeld(test);
  const cancelled = collectEvents(await test.app.request(`${cancelling.path}/events`));
  await test.app.request(cancelling.path, { method: "DELETE" });
  const last = (await cancelled).at(-1)!;
  assertEquals([last.event, last.id, last.data.state], ["cancelled", "end", "cancelled"]);
});

Deno.test("events refuse what they cannot answer, and HEAD opens no stream", async () => {
  await using test = await createTestApp();
  const { path } = await submitHeld(test);
  await assertProblem(await test.app.request("/v1/jobs/nobody/events"), 404, "unknown-job");
  await assertProblem(await test.app.request(`${path}/events?top=101`), 400, "invalid-parameter");
  await assertProblem(await test.app.request(`${path}/events?min=1`), 400, "unknown-parameter");
  const headers = { accept: "application/json" };
  const refused = await test.app.request(`${path}/events`, { headers });
  assertEquals((await assertProblem(refused, 406, "not-acceptable")).allowed, [
    "text/event-stream",
  ]);
  const head = await test.app.request(`${path}/events`, { method: "HEAD" });
  assertEquals([head.status, head.headers.get("content-type")], [200, "text/event-stream"]);
});

Deno.test("EventHub forgets a job when its last listener goes or the job ends", async () => {
  await using test = await createTestApp();
  const { path, letGo } = await submitHeld(test);
  const watched = { id: path.split("/").at(-1)!, tenant: undefined };
  const status = await test.jobs.status(watched.id, undefined);
  const hub = new EventHub(test.jobs);
  const listen = () => hub.listen(watched, status, 10);
  const [first, second] = [listen(), listen()];
  await first.cancel();
  assertEquals(hub.watched, 1);
  await second.cancel();
  assertEquals(hub.watched, 0);
  const third = listen();
  assertEquals(hub.watched, 1);
  letGo();
  await new Response(third).text();
  assertEquals(hub.watched, 0);
});

Deno.test("EventHub lets a listener that does not read miss events, but not the end", async () => {
  await using test = await createTestApp();
  const { path, letGo } = await submitHeld(test);
  const id = path.split("/").at(-1)!;
  const hub = new EventHub(test.jobs, { tickMs: TICK_MS });
  const stream = hub.listen({ id, tenant: undefined }, await test.jobs.status(id, undefined), 0);
  const { counters } = test.engine.jobs[0];
  const told = hub.listen({ id, tenant: undefined }, await test.jobs.status(id, undefined), 0);
  const reader = readEvents(new Response(told));
  for (let tokens = 1; tokens <= 10; tokens++) { // more than may wait for the other
    counters.tokens = tokens;
    for (let seen = 0; seen !== tokens;) seen = (await soon(reader.next())).value!.data?.tokens;
  }
  letGo();
  const events = await Array.fromAsync(readEvents(new Response(stream)));
  assertEquals([events.length, events.at(-1)!.event], [9, "done"]);
  await Array.fromAsync(reader);
});

Deno.test("EventHub lets go of jobs that run elsewhere when the server stops", async () => {
  await using test = await createTestApp();
  const { path } = await submitHeld(test);
  const id = path.split("/").at(-1)!;
  const status = await test.jobs.status(id, undefined);
  const elsewhere = { live: () => undefined, status: () => Promise.resolve(status) };
  let leaving = false;
  const hub = new EventHub(elsewhere, { tickMs: TICK_MS, leaving: () => leaving });
  const events = readEvents(new Response(hub.listen({ id, tenant: undefined }, status, 0)));
  assertEquals((await events.next()).value!.event, "progress");
  leaving = true;
  assertEquals(await Array.fromAsync(events), []);
  assertEquals(hub.watched, 0);
});

const EVENTS = { headers: { accept: "text/event-stream" } };

Deno.test("POST /v1/count tells its progress and then the result, if events are preferred", async () => {
  await using test = await createTestApp();
  const response = await post(test.app, "/v1/count?top=1", 'b a "b" b', EVENTS);
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const events = await collectEvents(response);
  assertEquals(events[0].event, "progress");
  const { event, id, data } = events.at(-1)!;
  assertEquals([event, id, data.counts], ["result", "end", [{ key: "b", count: 2 }]]);
  assertEquals(data.options.top, 1);
});

Deno.test("POST /v1/count begins to tell before its body has ended", async () => {
  await using test = await createTestApp();
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  const response = await post(test.app, "/v1/count", readable, EVENTS);
  const events = readEvents(response);
  assertEquals((await events.next()).value!.event, "progress");
  await writer.write(new TextEncoder().encode("a b a"));
  await writer.close();
  const rest = await Array.fromAsync(events);
  assertEquals(rest.at(-1)!.data.counts[0], { key: "a", count: 2 });
});

Deno.test("POST /v1/count tells what goes wrong after its beginning as an event", async () => {
  await using test = await createTestApp();
  test.engine.failure = new JobError("out_of_memory", "Cannot count", { details: { limit: 8 } });
  const events = await collectEvents(await post(test.app, "/v1/count", "a", EVENTS));
  const { event, data } = events.at(-1)!;
  assertEquals([event, data.type, data.status, data.limit], [
    "error",
    "urn:millrace:problem:out-of-memory",
    507,
    8,
  ]);
  const early = await post(test.app, "/v1/count?top=x", "a", EVENTS);
  await assertProblem(early, 400, "invalid-parameter");
});

Deno.test("POST /v1/count ends its job when the listener goes", async () => {
  await using test = await createTestApp();
  test.engine.hold = Promise.withResolvers<void>().promise;
  const response = await post(test.app, "/v1/count", "a", EVENTS);
  const events = readEvents(response);
  await events.next();
  await events.return();
  assertEquals(test.engine.jobs[0].state, "cancelled");
});

Deno.test("POST /v1/count tells events only where they are preferred, and never beside ?format=", async () => {
  await using test = await createTestApp();
  const rows = [
    ["text/event-stream, application/json;q=0.5", "", "text/event-stream"],
    ["application/json, text/event-stream;q=0.5", "", "application/json"],
    ["*/*", "", "application/json"],
    ["text/event-stream", "?format=json", "application/json"],
  ];
  for (const [accept, query, type] of rows) {
    const response = await post(test.app, `/v1/count${query}`, "a", { headers: { accept } });
    assertEquals(response.headers.get("content-type"), type, accept);
    await response.text();
  }
});

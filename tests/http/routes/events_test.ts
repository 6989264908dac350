import { assertEquals } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { collectEvents, readEvents, submitHeld } from "../../support/http/events.ts";
import { assertProblem, createTestApp } from "../../support/http/test_app.ts";

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

Deno.test("GET /v1/jobs/:id/events tells an ended job's end alone, and 204 to clients that saw it", async () => {
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

Deno.test("GET /v1/jobs/:id/events tells that a job failed or was cancelled", async () => {
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

Deno.test("GET /v1/jobs/:id/events refuses what it cannot answer, and HEAD opens no stream", async () => {
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

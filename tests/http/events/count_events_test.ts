import { assertEquals } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { collectEvents, readEvents } from "../../support/http/events.ts";
import { assertProblem, createTestApp, post } from "../../support/http/test_app.ts";
import { sendValueKernel } from "../../support/http/value_kernel.ts";

const EVENTS = { headers: { accept: "text/event-stream" } };

Deno.test("POST /v1/count tells its progress and then the result, if events are preferred", async () => {
  await using test = await createTestApp();
  const held = Promise.withResolvers<void>();
  test.engine.hold = held.promise;
  const response = await post(test.app, "/v1/count?top=1", 'b a "b" b', EVENTS);
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const events = readEvents(response);
  assertEquals((await events.next()).value!.event, "progress");
  held.resolve();
  const { event, id, data } = (await Array.fromAsync(events)).at(-1)!;
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

Deno.test("POST /v1/count tells values as events, and what it does not have for them", async () => {
  await using test = await createTestApp();
  const kernel = await sendValueKernel(test, { op: "min" });
  const path = `/v1/count?kernel=${kernel}&columns=rank`;
  const events = await collectEvents(await post(test.app, path, "b=-4 a=7 b=2", EVENTS));
  const { event, data } = events.at(-1)!;
  assertEquals([event, data.values], ["result", { op: "min", type: "i64" }]);
  assertEquals(data.counts, [{ key: "a", value: 7, rank: 1 }, { key: "b", value: -4, rank: 2 }]);
  const refused = await post(test.app, `${path}&min=3`, "b=1", EVENTS);
  assertEquals((await assertProblem(refused, 400, "invalid-parameter")).parameter, "min");
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { resetSync } from "@logtape/logtape";
import { captureLogs } from "../../support/logs.ts";
import { JobError } from "../../../src/contract/problems.ts";
import { createObservedApp } from "../../support/http/test_app.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SANE = ["a", "req-1.2_3:4/5+6=@", "x".repeat(128)];
const INSANE = ["", "a b", "x".repeat(129), "a;b", 'a"b', "é"];

Deno.test("observe() names a request's id in its response: the given one when it is sane", async () => {
  await using test = await createObservedApp();
  for (const id of SANE) {
    const { headers } = await test.ask("/healthz", { headers: { "x-request-id": id } });
    assertEquals(headers.get("x-request-id"), id);
  }
  const seen = new Set<string>();
  for (const id of INSANE) {
    const { headers } = await test.ask("/v1/count", {
      method: "POST",
      body: "a",
      headers: { "x-request-id": id },
    });
    assertMatch(headers.get("x-request-id")!, UUID);
    seen.add(headers.get("x-request-id")!);
  }
  assertEquals(seen.size, INSANE.length);
});

Deno.test("createProblemResponse() names the id of its request", async () => {
  await using test = await createObservedApp();
  const rows = [["/v2", 404], ["/v1/count?x=1", 405], ["/v1/jobs/nobody", 404]] as const;
  for (const [path, status] of rows) {
    const answer = await test.ask(path, { headers: { "x-request-id": "abc-1" } });
    assertEquals([answer.status, JSON.parse(answer.text).requestId], [status, "abc-1"]);
  }
});

Deno.test("createCountEvents() names the id of its request in a problem", async () => {
  await using test = await createObservedApp();
  test.engine.failure = new JobError("out_of_memory", "Cannot count");
  const headers = { "x-request-id": "abc-4", accept: "text/event-stream" };
  const { text } = await test.ask("/v1/count", { method: "POST", body: "a", headers });
  const [, problem] = /event: error\nid: end\ndata: (.*)/.exec(text)!;
  assertEquals(JSON.parse(problem).requestId, "abc-4");
});

Deno.test("observe() gives jobs the id of their request", async () => {
  await using test = await createObservedApp();
  const headers = { "x-request-id": "abc-2" };
  await test.ask("/v1/count", { method: "POST", body: "a", headers });
  await test.ask("/v1/jobs", { method: "POST", body: "a", headers });
  assertEquals(test.engine.jobs.map(({ requestId }) => requestId), ["abc-2", "abc-2"]);
});

Deno.test("observe() logs what was asked, and nothing that was sent", async () => {
  await using test = await createObservedApp({ accessLog: true });
  const logged = captureLogs();
  try {
    const init = {
      method: "POST",
      body: "secret",
      headers: { "x-request-id": "abc-3", authorization: "secret" },
    };
    await test.ask("/v1/count?prefix=secret", init);
    await test.ask("/v1/count?secret=1", init);
    await test.ask("/secret");
    const rows = logged.map(({ msg, level, requestId, method, route, status, problem }) =>
      [msg, level, requestId === "abc-3", method, route, status, problem ?? null].join(" ")
    );
    assertEquals(rows, [
      "Request info true POST /v1/count 200 ",
      "Request info true POST /v1/count 400 unknown_parameter",
      "Request info false any unmatched 404 not_found",
    ]);
    assertEquals(logged[0].jobId, test.engine.jobs[0].id);
    assertEquals(typeof logged[0].ms, "number");
    assert(!JSON.stringify(logged).includes("secret"), JSON.stringify(logged));
  } finally {
    resetSync();
  }
});

Deno.test("observe() logs a client's error only if it logs every request", async () => {
  await using test = await createObservedApp();
  const logged = captureLogs();
  try {
    await test.ask("/v1/count?x=1", { method: "POST", body: "a" });
    await test.ask("/v2");
    assertEquals(logged, []);
  } finally {
    resetSync();
  }
});

import { assertEquals } from "@std/assert";
import { createDoor } from "../../../src/http/door/door.ts";
import { RequestGate } from "../../../src/http/door/gate.ts";
import { RequestScope } from "../../../src/http/door/request_scope.ts";
import { FakeEngine } from "../../support/http/fake_engine.ts";
import { RawConnection } from "../../support/http/raw_http.ts";
import { ServerProcess } from "../../support/http/server.ts";
import { assertProblem, createBareApp, createTestApp } from "../../support/http/test_app.ts";
import { until } from "../../support/waits.ts";

Deno.test("GET /livez answers whatever holds; GET /readyz names every reason that holds", async () => {
  const engine = new FakeEngine();
  const started = Promise.withResolvers<void>();
  engine.started = started.promise;
  engine.threadsHang = true;
  engine.breaker = "open";
  await using test = await createTestApp({ engine });
  const live = await test.app.request("/livez");
  assertEquals([live.status, await live.json()], [200, { status: "ok" }]);

  const both = await test.app.request("/readyz");
  assertEquals(both.headers.get("retry-after"), "1");
  const problem = await assertProblem(both, 503, "not-ready");
  assertEquals(problem.reasons, ["starting", "threads_hang", "breaker_open"]);
  started.resolve();
  await started.promise;
  const one = await assertProblem(await test.app.request("/readyz"), 503, "not-ready");
  assertEquals(one.reasons, ["threads_hang", "breaker_open"]);
  engine.threadsHang = false;
  engine.breaker = "closed";
  const ready = await test.app.request("/readyz");
  assertEquals([ready.status, ready.headers.get("cache-control")], [200, "no-store"]);
  assertEquals(await ready.json(), { status: "ready" });
});

Deno.test("createDoor() lets probes through a closed gate and no other request", async () => {
  using test = createBareApp();
  const gate = new RequestGate();
  const door = createDoor({ app: test.app, gate });
  await gate.close();
  for (const [path, status] of [["/livez", 200], ["/readyz?x", 200], ["/healthz", 503]] as const) {
    const response = await door(new Request(`http://localhost${path}`), new RequestScope());
    assertEquals([path, response.status], [path, status]);
    await response.body?.cancel();
  }
});

Deno.test("a server is ready once its threads are, and not while it drains", async () => {
  await using server = await ServerProcess.start({ args: ["--drain-timeout", "1h"] });
  const status = async (path: string) => {
    const response = await fetch(server.origin + path);
    return [response.status, await response.json()];
  };
  await until(async () => (await status("/readyz"))[0] === 200);
  using client = await RawConnection.open(server.port);
  await client.write("POST /v1/count?format=tsv HTTP/1.1\r\nHost: x\r\n");
  await client.write("Transfer-Encoding: chunked\r\n\r\n5\r\nto be\r\n");
  await until(async () => (await status("/v1/engine"))[1].jobs.pending > 0);
  server.kill("SIGTERM");
  let [code, answer] = [200, { reasons: [] }];
  await until(async () => ([code, answer] = await status("/readyz"))[0] !== 200);
  assertEquals([code, answer.reasons], [503, ["draining"]]);
  assertEquals((await status("/livez"))[0], 200);
  await client.write("6\r\n or be\r\n0\r\n\r\n");
  await client.read(/to\t1\n/);
  assertEquals(await server.ended(), 0, server.output);
});

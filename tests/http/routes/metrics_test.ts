import { assert, assertEquals } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { METRICS } from "../../../src/observe/metrics.ts";
import { observe } from "../../../src/http/door/observe.ts";
import { HttpMetrics } from "../../../src/observe/http_metrics.ts";
import { FakeEngine } from "../../support/http/fake_engine.ts";
import { parseExposition } from "../../support/http/prometheus.ts";
import { createObservedApp, type ObservedApp } from "../../support/http/test_app.ts";

/** Seconds: a run of all tests takes less, on any machine. */
const A_DAY = 86_400;

Deno.test("GET /metrics writes every metric in the text format", async () => {
  await using test = await createObservedApp();
  await test.ask("/healthz");
  const { status, headers, text } = await test.ask("/metrics");
  assertEquals(status, 200);
  assertEquals(headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assertEquals(headers.get("cache-control"), "no-store");
  const values = parseExposition(text);
  for (const [name, { type }] of Object.entries(METRICS)) {
    const key = type === "histogram" ? `${name}_count` : name;
    assert([...values.keys()].some((each) => each.startsWith(key)), `${name} has no sample`);
  }
  assertEquals(values.get("millrace_counted_bytes_total"), 3000);
  assertEquals(values.get('millrace_worker_busy_seconds_total{worker="0"}'), 0.5);
  assertEquals(values.get("millrace_shared_memory_touched_bytes"), 4096);
  assert(values.get("process_resident_memory_bytes")! > 1e6);
  assert(values.get("process_cpu_seconds_total")! > 0);
  const startedAgo = Date.now() / 1000 - values.get("process_start_time_seconds")!;
  assert(startedAgo >= 0 && startedAgo < A_DAY, `${startedAgo}`);
});

Deno.test("GET /metrics tells what the client did wrong apart from what the server did", async () => {
  await using test = await createObservedApp();
  await test.ask("/v1/count", { method: "POST", body: "a b" });
  await test.ask("/v1/count?x=1", { method: "POST", body: "a b" });
  test.engine.failure = new JobError("too_many_jobs", "Cannot submit: full");
  await test.ask("/v1/count", { method: "POST", body: "a b" });
  test.engine.failure = new JobError("out_of_memory", "Cannot count");
  await test.ask("/v1/count", { method: "POST", body: "a b" });
  await test.ask("/v1/jobs/nobody");
  await test.ask("/v2");
  const headers = { "transfer-encoding": "gzip, chunked" };
  const unknown = await test.ask("/v1/count", { method: "POST", body: "a b", headers });
  assertEquals(unknown.status, 501);
  const values = await scrape(test);
  const requests = (route: string, method: string, status: string) =>
    values.get(
      `millrace_http_requests_total{route="${route}",method="${method}",status="${status}"}`,
    );
  const rows = [
    ["/v1/count", "POST", "2xx", 1],
    ["/v1/count", "POST", "4xx", 3], // the 501 as well
    ["/v1/count", "POST", "5xx", 1],
    ["/v1/jobs/:id", "GET", "4xx", 1],
    ["unmatched", "any", "4xx", 1],
    ["/readyz", "GET", "2xx", 0],
  ] as const;
  for (const [route, method, status, value] of rows) {
    assertEquals([route, status, requests(route, method, status)], [route, status, value]);
  }
  const problems = [
    ["unknown-parameter", "4xx", 1],
    ["too-many-jobs", "4xx", 1],
    ["out-of-memory", "5xx", 1],
    ["unknown-transfer-coding", "4xx", 1],
    ["unknown-job", "4xx", 1],
    ["not-found", "4xx", 1],
    ["internal", "5xx", 0],
  ] as const;
  for (const [problem, status, value] of problems) {
    const key = `millrace_http_problems_total{problem="${problem}",status="${status}"}`;
    assertEquals([key, values.get(key)], [key, value]);
  }
  const key = 'millrace_http_request_duration_seconds_count{route="/v1/count",method="POST"}';
  assertEquals(values.get(key), 5);
  assertEquals(values.get("millrace_http_requests_in_flight"), 1); // the one that asks
});

Deno.test("GET /metrics says whether the server is ready", async () => {
  const engine = new FakeEngine();
  const started = Promise.withResolvers<void>();
  engine.started = started.promise;
  await using test = await createObservedApp({ engine });
  assertEquals((await scrape(test)).get("millrace_ready"), 0);
  started.resolve();
  await started.promise;
  assertEquals((await scrape(test)).get("millrace_ready"), 1);
});

Deno.test("observe() counts a handler that throws as an error of the server", async () => {
  const metrics = new HttpMetrics();
  const handle = observe(() => Promise.reject(new Error("broken")), { metrics });
  await handle(new Request("http://localhost/")).catch(() => {});
  assertEquals([...metrics.requests()].map(({ value }) => value), [0, 0, 1]);
  assertEquals(metrics.inFlight, 0);
});

async function scrape(test: ObservedApp): Promise<Map<string, number>> {
  return parseExposition((await test.ask("/metrics")).text);
}

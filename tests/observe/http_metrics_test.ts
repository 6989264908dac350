import { assertAlmostEquals, assertEquals } from "@std/assert";
import { DURATION_BOUNDS, HttpMetrics, UNROUTED } from "../../src/observe/http_metrics.ts";

Deno.test("HttpMetrics counts answers by route and class of status", () => {
  const metrics = new HttpMetrics();
  const count = metrics.addRoute("POST", "/v1/count");
  const statuses: [number, number][] = [[count, 200], [count, 202], [count, 429], [UNROUTED, 404]];
  for (const [route, status] of statuses) {
    metrics.begin();
    metrics.end(route, status, 1, undefined);
  }
  const rows = [...metrics.requests()].map(({ labels, value }) => [
    `${labels!.method} ${labels!.route} ${labels!.status}`,
    value,
  ]);
  assertEquals(Object.fromEntries(rows), {
    "any unmatched 2xx": 0,
    "any unmatched 4xx": 1,
    "any unmatched 5xx": 0,
    "POST /v1/count 2xx": 2,
    "POST /v1/count 4xx": 1,
    "POST /v1/count 5xx": 0,
  });
});

Deno.test("HttpMetrics counts what a client alone causes as 4xx, whatever the status", () => {
  const rows = [
    [501, "unknown_transfer_coding", "4xx"],
    [400, "invalid_header", "4xx"],
    [500, "internal", "5xx"],
    [500, undefined, "5xx"],
    [503, "too_many_answers", "5xx"],
    [507, "out_of_memory", "5xx"],
    [200, "unknown_transfer_coding", "2xx"], // which was noted where the answer had begun
  ] as const;
  for (const [status, problem, noted] of rows) {
    const metrics = new HttpMetrics();
    metrics.begin();
    metrics.end(UNROUTED, status, 1, problem);
    const classes = [...metrics.requests()].filter(({ value }) => value > 0)
      .map(({ labels }) => labels!.status);
    assertEquals(classes, [noted], problem);
    if (status < 400) continue;
    const problems = [...metrics.problems()].filter(({ value }) => value > 0)
      .map(({ labels }) => labels!.status);
    assertEquals(problems, problem === undefined ? [] : [noted], problem);
  }
});

Deno.test("HttpMetrics puts each duration into the first bucket whose bound it does not exceed", () => {
  const metrics = new HttpMetrics();
  const route = metrics.addRoute("GET", "/");
  const seconds = [0, ...DURATION_BOUNDS, DURATION_BOUNDS[0] * 1.01, 1e6];
  for (const each of seconds) {
    metrics.begin();
    metrics.end(route, 200, each * 1000, undefined);
  }
  const samples = [...metrics.durations()];
  for (const { suffix, labels, value } of samples) {
    if (suffix !== "_bucket") continue;
    const bound = Number(labels!.le.replace("+Inf", "Infinity"));
    assertEquals([bound, value], [bound, seconds.filter((each) => each <= bound).length]);
  }
  assertEquals(samples.at(-1)!.value, seconds.length);
  const sum = seconds.reduce((a, b) => a + b);
  assertAlmostEquals(samples.at(-2)!.value, sum, 1e-6);
});

Deno.test("HttpMetrics knows who is inside, and counts problems by type", () => {
  const metrics = new HttpMetrics();
  metrics.begin();
  metrics.begin();
  assertEquals(metrics.inFlight, 2);
  metrics.end(UNROUTED, 429, 1, "too_many_jobs");
  assertEquals(metrics.inFlight, 1);
  const noted = [...metrics.problems()].filter(({ value }) => value > 0);
  assertEquals(noted, [{ labels: { problem: "too-many-jobs", status: "4xx" }, value: 1 }]);
});

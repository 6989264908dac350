import { assert, assertEquals } from "@std/assert";
import { type CollectedSpan, Collector } from "../support/collector.ts";
import { ServerProcess } from "../support/http/server.ts";
import { until } from "../support/waits.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const STAGES = ["read", "map", "reduce", "finish"];

Deno.test("a traced server tells jobs and stages below the request that began them", async () => {
  await using collector = new Collector();
  await using server = await ServerProcess.start({ env: collector.env });
  const accepted = await fetch(`${server.origin}/v1/jobs?tokenizer=ascii`, {
    method: "POST",
    body: "to be or not to be ".repeat(200_000),
    headers: { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, "x-request-id": "request-1" },
  });
  const { id } = await accepted.json();
  const find = (name: string) =>
    collector.spans.find((span) => span.name === name && span.traceId === TRACE);
  await until(() => ["POST /v1/jobs", "job", ...STAGES].every((name) => find(name)));

  const request = find("POST /v1/jobs")!;
  const job = find("job")!;
  assertEquals(request.attributes["http.route"], "/v1/jobs");
  assertEquals(request.attributes["millrace.request.id"], "request-1");
  assertEquals(job.parentSpanId, request.spanId);
  assertEquals(job.attributes["millrace.job.id"], id);
  assertEquals(job.attributes["millrace.request.id"], "request-1");
  assertEquals(job.attributes["millrace.job.state"], "done");
  assertEquals(job.attributes["millrace.job.tokens"], "1200000");
  for (const name of STAGES) {
    const stage = find(name)!;
    assertEquals([name, stage.parentSpanId], [name, job.spanId]);
    assert(isWithin(stage, job), `${name} is not within its job`);
  }
  assert(find("map")!.endNanos <= find("reduce")!.startNanos);
});

Deno.test("a trace tells what failed, and takes only the server's failures for errors", async () => {
  await using collector = new Collector();
  await using server = await ServerProcess.start({ env: collector.env });
  const args = ["--job-timeout", "50ms"];
  await using hasty = await ServerProcess.start({ args, env: collector.env });
  const bad = await fetch(`${server.origin}/v1/count?invalid=reject`, {
    method: "POST",
    body: Uint8Array.of(0x61, 0xff),
  });
  await bad.body!.cancel();
  const timer = Promise.withResolvers<void>();
  const slow = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("a")),
    pull: () => timer.promise,
  });
  const late = await fetch(`${hasty.origin}/v1/count`, { method: "POST", body: slow }).catch(() =>
    undefined
  );
  await late?.body?.cancel();
  timer.resolve();
  const jobs = () => collector.spans.filter(({ name }) => name === "job");
  await until(() => jobs().length === 2);
  const rows = jobs().map(({ attributes, status }) => [attributes["error.type"], status]);
  assertEquals(
    new Map(rows as [string, number][]),
    new Map([["invalid_utf8", 0], ["job_timeout", 2]]),
  );
});

function isWithin(inner: CollectedSpan, outer: CollectedSpan): boolean {
  return outer.startNanos <= inner.startNanos && inner.startNanos <= inner.endNanos &&
    inner.endNanos <= outer.endNanos;
}

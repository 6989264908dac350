import { assertEquals } from "@std/assert";
import { Engine, type EngineStatus } from "../../../src/mod.ts";
import { startServer } from "../../../src/server.ts";
import { VERSION } from "../../../src/version.ts";
import { gatedStream, stalling, STALLING_CHUNK_BYTES } from "../../support/inputs.ts";
import { assertProblem, createAsked, post } from "../../support/http/test_app.ts";
import { until } from "../../support/waits.ts";

Deno.test("GET /v1/engine answers the engine's status; full and late counts say so", async () => {
  await using engine = await Engine.start({
    workers: 1,
    memoryBytes: 128 * 1024 * 1024,
    chunkBytes: STALLING_CHUNK_BYTES,
    maxQueuedJobs: 0,
    jobTimeoutMs: 200,
  });
  await using server = await startServer({ listen: false, drainTimeoutMs: 0 }, { engine });
  const app = createAsked(server);
  const never = new Promise<void>(() => {});
  const late = await post(app, "/v1/count", gatedStream(["a"], never));
  await assertProblem(late, 504, "job-timeout");
  await until(() => engine.status().jobs.leaving === 0);
  const waiting = Array.from(
    { length: 256 },
    () => engine.submit(stalling(), {}, { timeoutMs: Infinity }),
  );
  await until(() => engine.status().jobs.running === 256);
  for (const path of ["/v1/count", "/v1/jobs"]) {
    for (const type of ["text/plain", "application/json"]) {
      const init = { headers: { "content-type": type, "content-length": "5" } };
      const full = await post(app, path, '["a"]', init);
      await assertProblem(full, 429, "too-many-jobs");
      assertEquals(full.headers.get("retry-after"), "1");
    }
  }
  const response = await app.request("/v1/engine");
  const { version, ...status }: EngineStatus & { version: string } = await response.json();
  assertEquals(version, VERSION);
  assertEquals([response.status, response.headers.get("cache-control")], [200, "no-store"]);
  assertEquals(status.jobs, { pending: 0, running: 256, leaving: 0 });
  assertEquals(status.ended, { done: 0, failed: 1, invalid: 0, cancelled: 0, refused: 4 });
  assertEquals(status.bounds.jobTimeoutMs, 200);
  assertEquals(status.threads.length, 1);
  for (const job of waiting) job.cancel();
});

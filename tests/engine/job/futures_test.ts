import { assert, assertEquals, assertRejects } from "@std/assert";
import { Engine, type Job, JobError, type JobProgress } from "../../../src/mod.ts";
import { ProgressReports } from "../../../src/engine/job/futures.ts";
import { endless, gatedStream } from "../../support/inputs.ts";
import { PATIENCE_MS, soon, until } from "../../support/waits.ts";

const encoder = new TextEncoder();
const start = () => Engine.start({ workers: 2, memoryBytes: 128 * 1024 * 1024 });

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => promise, JobError)).code;
}

Deno.test("Job.result() gives up in time and lets the job go on", async () => {
  await using engine = await start();
  const gate = Promise.withResolvers<void>();
  const job = engine.submit(gatedStream(["a b a"], gate.promise));
  for (let i = 0; i < 3; i++) {
    assertEquals(await codeOf(job.result({ timeoutMs: 1 })), "result_timeout");
  }
  const controller = new AbortController();
  const waits = job.result({ signal: controller.signal });
  controller.abort("enough");
  assertEquals(await waits.catch((reason) => reason), "enough");
  const aborted = job.result({ signal: AbortSignal.abort("before") });
  assertEquals(await aborted.catch((reason) => reason), "before");
  assertEquals(job.state, "pending");
  gate.resolve();
  const result = await job.result({ timeoutMs: PATIENCE_MS, signal: new AbortController().signal });
  assertEquals(result.totals.tokens, 3);
  assertEquals(await job.result({ timeoutMs: 0 }), result);
  assertEquals(await job.result(), result);
});

Deno.test("Job.result() says what the job failed with", async () => {
  await using engine = await start();
  const job = engine.submit(gatedStream(["a"], new Promise(() => {})));
  const waits = job.result({ timeoutMs: PATIENCE_MS });
  job.cancel("not needed");
  const error = await assertRejects(() => waits, JobError);
  assertEquals([error.code, error.cause], ["job_cancelled", "not needed"]);
});

Deno.test("Job.progress() reports what changed, then the end", async () => {
  await using engine = await start();
  const gate = Promise.withResolvers<void>();
  const job = engine.submit(gatedStream(["word ".repeat(200_000)], gate.promise));
  const reports: JobProgress[] = [];
  for await (const report of job.progress({ intervalMs: 1 })) {
    reports.push(report);
    if (report.chunks > 1) gate.resolve();
  }
  assert(reports.length >= 3, JSON.stringify(reports));
  for (const [i, report] of reports.slice(1).entries()) {
    assert(JSON.stringify(report) !== JSON.stringify(reports[i]), "a report repeats another");
    assert(report.bytes >= reports[i].bytes, "bytes go back");
  }
  const last = reports.at(-1)!;
  assertEquals([last.state, last.bytes, last.tokens], ["done", 1_000_000, 200_000]);
  assertEquals(last.bytesRead, 1_000_000);
  const late = [];
  for await (const report of job.progress()) late.push(report);
  assertEquals(late, [last]);
});

/** A job that changes when told to. */
function createHandle() {
  const done = Promise.withResolvers<never>();
  done.promise.catch(() => {});
  const handle = {
    state: "running",
    counters: { bytes: 0, chunks: 0, tokens: 0 },
    bytesRead: 0,
    done: done.promise,
  };
  return { handle: handle as unknown as Job, counters: handle.counters, end: done.reject };
}

Deno.test("Job.progress() coalesces: no report before the interval is over", async () => {
  const { handle, counters } = createHandle();
  const changes = setInterval(() => counters.bytes++, 1);
  const reports = new ProgressReports(handle, { intervalMs: 40 });
  const started = performance.now();
  for (let i = 0; i < 4; i++) await soon(reports.next());
  assert(performance.now() - started >= 3 * 40 - 1);
  await reports.return();
  clearInterval(changes);
});

Deno.test("Job.progress() ends a pending next() by return(), signal and the job's end", async () => {
  const end = { done: true, value: undefined };
  const { handle } = createHandle();
  const returned = new ProgressReports(handle);
  await returned.next();
  const pending = [returned.next(), returned.next()];
  await returned.return();
  assertEquals(await soon(Promise.all(pending)), [end, end]);
  const controller = new AbortController();
  const watched = new ProgressReports(handle, { signal: controller.signal });
  await watched.next();
  const next = watched.next();
  controller.abort();
  assertEquals(await soon(next), end);
  const other = createHandle();
  const ended = new ProgressReports(other.handle, { intervalMs: 60_000 });
  await ended.next();
  const last = ended.next();
  (other.handle as { state: string }).state = "failed";
  other.end(new Error("failed"));
  assertEquals((await soon(last)).value?.state, "failed");
  assertEquals(await ended.next(), end);
});

Deno.test("Job.progress() that nobody waits for keeps no process alive", async () => {
  const futures = new URL("../../../src/engine/job/futures.ts", import.meta.url);
  const code = `import { ProgressReports } from "${futures}";
    const counters = { bytes: 0, chunks: 0, tokens: 0 };
    const job = { state: "running", counters, done: new Promise(() => {}) };
    const reports = new ProgressReports(job, { intervalMs: 60_000 });
    await reports.next();
    void reports.next();
    console.log("left");`;
  const process = new Deno.Command(Deno.execPath(), { args: ["eval", "--no-check", code] });
  const { success, stdout } = await soon(process.output());
  assertEquals([success, new TextDecoder().decode(stdout)], [true, "left\n"]);
});

Deno.test("Job in `await using` is cancelled and gone at the end of its block", async () => {
  await using engine = await start();
  let seen: Job;
  {
    await using job = engine.submit(endless());
    await until(() => job.counters.chunks >= 3);
    seen = job;
  }
  assertEquals(seen.state, "cancelled");
  assertEquals(engine.status().jobs, { pending: 0, running: 0, leaving: 0 });
  assertEquals(engine.status().memory.jobs, 0);
  await using done = engine.submit(encoder.encode("a"));
  await done.done;
  await done[Symbol.asyncDispose]();
  assertEquals(done.state, "done");
});

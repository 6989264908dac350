import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Engine, type EngineOptions, type Job, JobError, type Priority } from "../../src/mod.ts";
import { endless, gatedStream, stalling, STALLING_CHUNK_BYTES } from "../support/inputs.ts";
import { prose } from "../support/oracle/generate_text.ts";
import { Random } from "../support/random.ts";
import { soon, until } from "../support/waits.ts";
import { startFaulty } from "../support/faults/start_faulty.ts";

const encoder = new TextEncoder();
const never = new Promise<void>(() => {});
const start = (options: EngineOptions = {}) =>
  Engine.start({ workers: 2, memoryBytes: 256 * 1024 * 1024, ...options });

function refusal(submit: () => unknown): Record<string, unknown> {
  const error = assertThrows(submit, JobError);
  assertEquals(error.code, "too_many_jobs");
  return error.details;
}

/** Takes every job block of an engine whose chunks have STALLING_CHUNK_BYTES. */
async function occupy(engine: Engine): Promise<Job[]> {
  const { runningJobs } = engine.status().bounds;
  const jobs = Array.from(
    { length: runningJobs },
    () => engine.submit(stalling(), {}, { timeoutMs: Infinity }),
  );
  await until(() => engine.status().jobs.running === runningJobs);
  return jobs;
}

const CROWDED = { chunkBytes: STALLING_CHUNK_BYTES };

Deno.test("Engine.submit() refuses what would wait beyond the bounds, and takes it later", async () => {
  await using engine = await start({ ...CROWDED, maxQueuedJobs: 3, maxQueuedBytes: 10 });
  const running = await occupy(engine);
  const waiting = [engine.submit(encoder.encode("a b")), engine.submit(encoder.encode("b"))];
  assertEquals(refusal(() => engine.submit(encoder.encode("a b c d"))), { limit: 10 });
  const cancelled = engine.submit(gatedStream(["c"], never)); // it may have to wait some time
  assertEquals(refusal(() => engine.submit(gatedStream(["c"], never))), { limit: 3 });
  assertEquals(engine.status().queue, { jobs: 2, bytes: 4 });
  assertEquals([waiting[0].state, engine.status().jobs.pending], ["pending", 3]);
  assertEquals(engine.status().ended.refused, 2);
  await cancelled[Symbol.asyncDispose](); // is expected no more
  waiting.push(engine.submit(encoder.encode("c")));
  running[0].cancel();
  for (const { done } of waiting) assert((await done).totals.tokens >= 1);
  for (const job of running) job.cancel();
  await until(() => engine.status().jobs.leaving + engine.status().jobs.running === 0);
  assertEquals(engine.status().queue, { jobs: 0, bytes: 0 });
});

Deno.test("Engine answers small jobs at once beside more stalled uploads than run", async () => {
  await using engine = await start({ maxQueuedJobs: 100 });
  const stalled = Array.from(
    { length: 300 },
    (_, i) => engine.submit(gatedStream(i % 2 === 0 ? [] : ["a"], never)),
  );
  const inputs = [encoder.encode("b"), Promise.resolve(encoder.encode("b")), stream("b"), ["b"]];
  for (const input of inputs) {
    const { segment } = await soon(engine.submit(input).done);
    assertEquals(segment.toArray(), [{ key: "b", count: 1 }]);
  }
  assertEquals(engine.status().jobs, { pending: 300, running: 0, leaving: 0 });
  const more = Array.from({ length: 56 }, () => engine.submit(gatedStream([], never)));
  assertEquals(refusal(() => engine.submit(stream("b"))), { limit: 100 });
  assertEquals((await engine.submit(encoder.encode("b")).done).totals.keys, 1);
  for (const job of [...stalled, ...more]) await job[Symbol.asyncDispose]();
  assertEquals(engine.status().jobs, { pending: 0, running: 0, leaving: 0 });
  assertEquals((await engine.submit(stream("b")).done).totals.keys, 1);
});

Deno.test("Engine.submit() lets a stream wait that has come when all places were taken", async () => {
  await using engine = await start(CROWDED);
  const running = await occupy(engine);
  const waiting = engine.submit(stream("b b"));
  await until(() => engine.status().queue.jobs === 1);
  assertEquals([engine.status().queue.bytes, waiting.state], [3, "pending"]);
  const cancelled = engine.submit(stream("c"));
  await until(() => engine.status().queue.jobs === 2);
  await cancelled[Symbol.asyncDispose](); // leaves the line at once
  assertEquals(engine.status().queue, { jobs: 1, bytes: 3 });
  running[0].cancel();
  assertEquals((await waiting.done).totals.tokens, 2);
  for (const job of running) job.cancel();
});

function stream(text: string): ReadableStream<Uint8Array> {
  return gatedStream([text], Promise.resolve());
}

Deno.test("Engine.submit() leaves an input that it refuses alone", async () => {
  await using engine = await start({ maxTenantJobs: 0 });
  const options = { tenant: "t" };
  engine.submit(encoder.encode("a"), {}, options);
  const stream = gatedStream(["a"], Promise.resolve());
  assertEquals(refusal(() => engine.submit(stream, {}, options)), { limit: 0 });
  assertEquals(stream.locked, false);
});

Deno.test("Engine.submit() bounds the jobs of a tenant, and counts those that fail out", async () => {
  await using engine = await start({ maxTenantJobs: 2 });
  const a = { tenant: "a" };
  const jobs = [1, 2].map(() => engine.submit(gatedStream(["a"], never), {}, a));
  assertEquals(refusal(() => engine.submit(encoder.encode("a"), {}, a)), { limit: 2 });
  await engine.submit(encoder.encode("a"), {}, { tenant: "b" }).done;
  await engine.submit(encoder.encode("a")).done;
  await jobs[0][Symbol.asyncDispose]();
  assertThrows(() => engine.submit(encoder.encode("a"), { charset: "no" }, a));
  await engine.submit(encoder.encode("a"), {}, a).done;
  jobs[1].cancel();
});

Deno.test("Engine.submit() ends a job that takes too long, running or waiting", async () => {
  await using engine = await start({ ...CROWDED, jobTimeoutMs: 40 });
  const rows = [{}, { timeoutMs: 10 }, { timeoutMs: 0 }];
  for (const options of rows) {
    const job = engine.submit(gatedStream(["a"], never), {}, options);
    const error = await assertRejects(() => soon(job.done), JobError);
    assertEquals([error.code, error.status, job.state], ["job_timeout", 504, "failed"]);
    assertEquals(error.details, { limit: options.timeoutMs ?? 40 });
  }
  const unbounded = engine.submit(stalling(), {}, { timeoutMs: Infinity });
  await until(() => unbounded.state === "running");
  const bounded = engine.submit(gatedStream(["a"], never));
  await assertRejects(() => bounded.done, JobError); // which came later
  assertEquals(unbounded.state, "running");
  await unbounded[Symbol.asyncDispose]();
  const running = await occupy(engine);
  const waiting = engine.submit(encoder.encode("a"), {}, { timeoutMs: 5 });
  assertEquals((await assertRejects(() => waiting.done, JobError)).code, "job_timeout");
  for (const job of running) job.cancel();
});

Deno.test("Engine.submit() says which options are not allowed", async () => {
  await using engine = await start();
  const text = encoder.encode("a");
  assertThrows(() => engine.submit(text, {}, { timeoutMs: NaN }), RangeError);
  assertThrows(() => engine.submit(text, {}, { timeoutMs: -1 }), RangeError);
  const priority = "urgent" as Priority;
  assertThrows(() => engine.submit(text, {}, { priority }), RangeError, "urgent");
  await assertRejects(() => start({ maxQueuedJobs: -1 }), RangeError, "maxQueuedJobs");
  await assertRejects(() => start({ weights: { low: 0 } }), RangeError, "low");
  assertEquals(engine.status().jobs, { pending: 0, running: 0, leaving: 0 });
});

Deno.test("Engine gives busy workers to jobs by priority", async () => {
  // Small chunks, so that one more or less is a small part of what each job has.
  await using engine = await start({ workers: 1, chunkBytes: 60_000 });
  const jobs = (["low", "normal", "high"] as const).map((priority) =>
    engine.submit(endless(), { tokenizer: "unicode" }, { priority })
  );
  await until(() => jobs[0].counters.bytes > 2e6);
  const [low, normal, high] = jobs.map(({ counters }) => counters.bytes);
  assert(low <= normal * 1.1 && normal <= high * 1.1, `${low}, ${normal}, ${high} bytes`);
  for (const job of jobs) job.cancel();
});

/** How often all threads together may look whether to go on, from a cancel on. */
const MOST_BEATS = 100;

Deno.test("Job.cancel() ends the work of all threads at once, at whatever stage the job is", async () => {
  const { engine, faults } = await startFaulty({ memoryBytes: 512 * 1024 * 1024 });
  await using _engine = engine;
  await engine.ready();
  // A beat is a few kilobytes of text, or a few thousand records.
  const beats = () => [...faults.beats().values()].reduce((sum, beat) => sum + beat, 0);
  const random = new Random(11);
  const words = Array.from({ length: 20_000 }, () => prose(random, 40)).join(" ");
  const distinct = Array.from({ length: 400_000 }, (_, i) => i.toString(36)).join(" ");
  const big = encoder.encode((words + distinct).repeat(4));
  const count = () => engine.submit(big, { n: 2, top: 0 });
  const first = beats();
  await count().done;
  const whole = beats() - first;
  assert(whole > 10 * MOST_BEATS, `only ${whole} beats`);
  for (const stage of [0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95]) {
    const before = beats();
    const job = count();
    await until(() => beats() - before >= stage * whole || job.state === "done");
    job.cancel();
    const cancelled = beats(); // behind it: a host that loses its core before lets the threads go on
    await job[Symbol.asyncDispose]();
    const more = beats() - cancelled;
    assert(more <= MOST_BEATS, `${more} beats after ${cancelled - before} of ${whole}`);
  }
  assertEquals(engine.status().memory.jobs, 0);
});

Deno.test("Engine.close() ends by signal before the deadline", async () => {
  const engine = await start();
  const job = engine.submit(gatedStream(["a"], never));
  const controller = new AbortController();
  const closed = engine.close({ deadlineMs: 60_000, signal: controller.signal });
  controller.abort();
  assertEquals((await assertRejects(() => job.done, JobError)).code, "engine_closed");
  await soon(closed);
});

Deno.test("Engine.status() tells threads, jobs by state, what has ended and the bounds", async () => {
  await using engine = await start();
  await engine.ready();
  const before = engine.status();
  assertEquals(before.threads.map(({ state, tasks }) => [state, tasks]), [["idle", 0], [
    "idle",
    0,
  ]]);
  assertEquals(before.bounds, {
    runningJobs: 256,
    maxQueuedJobs: 4096,
    maxQueuedBytes: 256 * 1024 * 1024,
    maxTenantJobs: 128,
  });
  const text = encoder.encode(prose(new Random(1), 3_000_000));
  const { totals } = await engine.submit(text).done;
  const stuck = engine.submit(gatedStream(["a"], never));
  await assertRejects(() => engine.submit(new Uint8Array(0)).done);
  const { threads, utilization, uptimeMs, jobs, ended, counted } = engine.status();
  assertEquals(jobs, { pending: 1, running: 0, leaving: 0 });
  assertEquals(ended, { done: 1, failed: 0, invalid: 1, cancelled: 0, refused: 0 });
  assertEquals(counted.bytes, text.length);
  assert(counted.chunks > 10, `${counted.chunks} chunks were counted`);
  assertEquals(counted.tokens, totals.tokens);
  const busyMs = threads.reduce((sum, thread) => sum + thread.busyMs, 0);
  assert(busyMs > 0 && busyMs <= 2 * uptimeMs, `${busyMs} of ${uptimeMs} ms`);
  assert(Math.abs(utilization - busyMs / uptimeMs / 2) < 0.01);
  for (const thread of threads) {
    assert(Math.abs(thread.utilization - thread.busyMs / uptimeMs) < 0.01);
  }
  stuck.cancel();
});

Deno.test("Engine.reserve() lets in what others count by the bounds of all jobs", async () => {
  const tenantTerms = (tenant: string) => tenant === "heavy" ? { weight: 3 } : undefined;
  await using engine = await start({ maxQueuedJobs: 2, maxTenantJobs: 2, tenantTerms });
  assertEquals(engine.reserve({}).weight, 4);
  assertEquals(engine.reserve({ priority: "high" }).weight, 16);
  const heavy = [engine.reserve({ tenant: "heavy" }), engine.reserve({ tenant: "heavy" })];
  assertEquals(heavy[0].weight, 12);
  assertEquals(refusal(() => engine.reserve({ tenant: "heavy" })), { limit: 2 });
  assertEquals(refusal(() => engine.submit("a", {}, { tenant: "heavy" })), { limit: 2 });
  const part = engine.submit("a", {}, { tenant: "heavy", isAdmitted: true });
  assertEquals((await part.done).totals.tokens, 1);
  heavy[0].leave();
  heavy[0].leave(); // which does nothing
  const again = engine.reserve({ tenant: "heavy" });
  assertEquals(refusal(() => engine.reserve({ tenant: "heavy" })), { limit: 2 });
  const { runningJobs } = engine.status().bounds;
  const others = Array.from({ length: runningJobs + 2 - 4 }, () => engine.reserve({}));
  const more = gatedStream(["a"], never);
  assertEquals(refusal(() => engine.reserve({})), { limit: 2 });
  assertEquals(refusal(() => engine.submit(more)), { limit: 2 });
  assertEquals((await engine.submit("a b").done).totals.tokens, 2); // a block is free
  others[0].leave();
  again.leave();
  assertEquals(engine.reserve({ tenant: "heavy" }).weight, 12);
});

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { asCompleted, Engine, type Job, JobError, type JobProgress } from "../../../src/mod.ts";
import { onSettled, ProgressReports } from "../../../src/engine/job/futures.ts";
import type { JobHandle, JobInput } from "../../../src/engine/job_contract.ts";
import { endless, gatedStream } from "../../support/inputs.ts";
import { PATIENCE_MS, pause, soon, until } from "../../support/waits.ts";

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
    done: done.promise,
  };
  return { handle: handle as unknown as JobHandle, counters: handle.counters, end: done.reject };
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

Deno.test("onSettled() leaves one reaction behind, and tells who comes late", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let reactions = 0;
  const then = promise.then.bind(promise);
  promise.then =
    ((...args: Parameters<typeof then>) => (reactions++, then(...args))) as typeof then;
  let calls = 0;
  for (let i = 0; i < 100; i++) onSettled(promise, () => calls += 1000)();
  const count = () => void calls++;
  onSettled(promise, count);
  onSettled(promise, count);
  assertEquals(reactions, 1);
  resolve();
  await pause(0);
  assertEquals(calls, 2);
  onSettled(promise, count);
  await pause(0);
  assertEquals([calls, reactions], [3, 2]);
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

Deno.test("asCompleted() gives jobs as they finish, failed ones too", async () => {
  await using engine = await start();
  const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const jobs = gates.map(({ promise }) => engine.submit(gatedStream(["a"], promise)));
  const order: number[] = [];
  gates[2].resolve();
  for await (const job of asCompleted(jobs)) {
    order.push(jobs.indexOf(job));
    if (order.length === 1) jobs[1].cancel();
    if (order.length === 2) gates[0].resolve();
  }
  assertEquals(order, [2, 1, 0]);
  assertEquals(jobs.map(({ state }) => state), ["done", "cancelled", "done"]);
  const again = [];
  for await (const job of asCompleted([jobs[0], jobs[0], jobs[1]])) again.push(jobs.indexOf(job));
  assertEquals(again.sort(), [0, 0, 1]);
  for await (const _ of asCompleted([])) throw new Error("there is none");
});

Deno.test("asCompleted() stops waiting by time and by signal, not the jobs", async () => {
  await using engine = await start();
  const done = engine.submit(encoder.encode("a"));
  await done.done;
  const stuck = engine.submit(gatedStream(["a"], new Promise(() => {})));
  const seen: Job[] = [];
  const error = await assertRejects(async () => {
    for await (const job of asCompleted([stuck, done], { timeoutMs: 30 })) seen.push(job);
  }, JobError);
  assertEquals([error.code, seen.length, stuck.state], ["result_timeout", 1, "pending"]);
  const controller = new AbortController();
  const waits = asCompleted([stuck], controller).next();
  controller.abort("enough");
  assertEquals(await waits.catch((reason) => reason), "enough");
  stuck.cancel();
});

Deno.test("Engine.map() answers in the order of the inputs, whatever they come from", async () => {
  await using engine = await start();
  const texts = Array.from({ length: 100 }, (_, i) => "x ".repeat(1 + (i * 7919) % 5000));
  const expected = texts.map((text) => text.length / 2);
  const inputs = texts.map((text) => encoder.encode(text));
  const tokens = (answers: AsyncIterable<{ totals: { tokens: number } }>) =>
    Array.fromAsync(answers, ({ totals }) => totals.tokens);
  assertEquals(await tokens(engine.map(inputs)), expected);
  async function* slow() {
    for (const input of inputs.slice(0, 10)) {
      await pause(1);
      yield input;
    }
  }
  assertEquals(await tokens(engine.map(slow(), {}, { lookAhead: 3 })), expected.slice(0, 10));
  assertEquals(await tokens(engine.map([])), []);
  assertThrows(() => engine.map([], {}, { lookAhead: 0 }), RangeError);
});

Deno.test("Engine.map() answers before the next input comes, and looks no farther than told", async () => {
  await using engine = await start();
  let given = 0;
  const asked = Promise.withResolvers<void>();
  async function* inputs() {
    given++;
    yield encoder.encode("a");
    await asked.promise;
    for (;;) {
      given++;
      yield encoder.encode("b b");
    }
  }
  const answers = engine.map(inputs(), {}, { lookAhead: 5 });
  assertEquals((await soon(answers.next())).value?.totals.tokens, 1);
  asked.resolve();
  assertEquals((await answers.next()).value?.totals.tokens, 2);
  await pause(20);
  assert(given <= 8, `${given} inputs were taken for 2 answers`);
  await answers.return!();
  assertEquals(engine.status().jobs, { pending: 0, running: 0, leaving: 0 });
});

Deno.test("Engine.map() throws at the turn of what is wrong, and cancels the rest", async () => {
  await using engine = await start();
  let closed = false;
  function* inputs(): Generator<JobInput> {
    try {
      yield encoder.encode("a");
      yield new Uint8Array(0);
      for (;;) yield gatedStream(["a"], new Promise(() => {}));
    } finally {
      closed = true;
    }
  }
  const answers = engine.map(inputs());
  assertEquals((await answers.next()).value?.totals.tokens, 1);
  assertEquals(await codeOf(answers.next()), "empty_body");
  assertEquals([closed, engine.status().jobs.pending], [true, 0]);
  function* broken(): Generator<JobInput> {
    yield encoder.encode("a");
    throw new Error("no more");
  }
  const some = engine.map(broken());
  assertEquals((await some.next()).value?.totals.tokens, 1);
  await assertRejects(() => some.next(), Error, "no more");
});

Deno.test("Engine.map() ends by signal, even where its inputs never come", async () => {
  await using engine = await start();
  const controller = new AbortController();
  const stalled: AsyncIterable<JobInput> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
  };
  const next = engine.map(stalled, {}, { signal: controller.signal }).next();
  controller.abort("enough");
  assertEquals(await soon(next.catch((reason) => reason)), "enough");
});

Deno.test("Engine.map() shortens its window where the engine is full", async () => {
  await using engine = await Engine.start({
    workers: 1,
    memoryBytes: 128 * 1024 * 1024,
    maxTenantJobs: 2,
  });
  const inputs = Array.from({ length: 20 }, () => encoder.encode("a b"));
  const answers = engine.map(inputs, {}, { tenant: "t", lookAhead: 8 });
  assertEquals((await Array.fromAsync(answers)).length, 20);
});

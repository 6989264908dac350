import { assert, assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { LEASE_MS } from "../../src/jobs/job_keeper.ts";
import { resultOf } from "../support/results.ts";
import { bind, names, test } from "../support/store/registry_bench.ts";
import type { Instance } from "../support/store/stores.ts";
import { until } from "../support/waits.ts";

const RESULT = resultOf([["to", 1], ["be", 1]]);
const OTHER = resultOf([["wrong", 1]]);

function engineClosed(): JobError {
  return new JobError("engine_closed", "The engine is closing");
}

test("a job that ends leaves its result and no input", async ({ inputs, instance }) => {
  const { jobs, accept } = bind(instance());
  const job = await accept();
  assertEquals(jobs.counts(), { pending: 0, running: 1, done: 0, failed: 0, cancelled: 0 });
  assertEquals(await names(inputs), [job.id]);
  job.finish(RESULT);
  const { record, result } = await ended(jobs, job.id);
  assertEquals([record.state, record.attempt, record.expiresAt], ["done", 1, 2000]);
  assertEquals(result.segment.toArray(), RESULT.segment.toArray());
  assertEquals(await names(inputs), []);
  assertEquals(jobs.counts(), { pending: 0, running: 0, done: 1, failed: 0, cancelled: 0 });
});

test("a lease that runs out lets another take over; the late finish is refused", async (bench) => {
  const { clock, inputs } = bench;
  const [slow, fast] = [bench.instance(), bench.instance()];
  await slow.jobs.tend();
  const job = await slow.accept();
  clock.now += LEASE_MS - 1;
  await fast.jobs.tend();
  assertEquals(fast.begun.size, 0);
  clock.now += 1;
  await fast.jobs.tend();
  const again = fast.begun.get(job.id)!;
  job.finish(OTHER);
  await slow.jobs.drained();
  assertEquals((await fast.jobs.status(job.id, undefined)).state, "running");
  assertEquals(await names(inputs), [job.id]);
  again.finish(RESULT);
  await fast.jobs.drained();
  for (const { jobs } of [slow, fast]) {
    const { record, result } = await ended(jobs, job.id);
    assertEquals([record.attempt, result.segment.toArray()], [2, RESULT.segment.toArray()]);
  }
});

test("an owner that is alive keeps its jobs", async ({ clock, instance }) => {
  const [owner, other] = [instance(), instance()];
  const job = await owner.accept();
  for (let i = 0; i < 5; i++) {
    await owner.jobs.tend();
    clock.now += LEASE_MS - 1;
    await other.jobs.tend();
  }
  assertEquals(other.begun.size, 0);
  job.finish(RESULT);
  await ended(owner.jobs, job.id);
});

test("of two instances that look at once, one takes a job over", async ({ clock, instance }) => {
  const dead = instance();
  const jobs = await Promise.all([dead.accept(), dead.accept(), dead.accept()]);
  clock.now += LEASE_MS;
  const alive = [instance(), instance(), instance()];
  await Promise.all(alive.map((each) => each.jobs.tend()));
  const begun = alive.flatMap((each) => [...each.begun.keys()]);
  assertEquals(begun.sort(), jobs.map((job) => job.id).sort());
});

test("an owner that has lost a job stops to count it", async ({ store, clock, instance }) => {
  if (!store.shared) return; // where nobody else can take one
  const [slow, fast] = [instance(), instance()];
  const job = await slow.accept();
  clock.now += LEASE_MS;
  await fast.jobs.tend();
  await slow.jobs.tend();
  assertEquals(job.state, "cancelled");
  await slow.jobs.drained();
  assertEquals((await fast.jobs.status(job.id, undefined)).state, "running");
});

test("a job that is handed back is begun again, and not failed", async ({ instance }) => {
  const [first, second] = [instance(), instance()];
  const job = await first.accept();
  first.jobs.stop();
  job.fail(engineClosed());
  await first.jobs.drained();
  await first.jobs.close();
  assertEquals((await second.jobs.status(job.id, undefined)).state, "pending");
  await second.jobs.tend();
  second.begun.get(job.id)!.finish(RESULT);
  assertEquals((await ended(second.jobs, job.id)).record.attempt, 2);
});

test("a job whose worker is lost is begun again, twice", async ({ instance }) => {
  const { jobs, begun, accept } = bind(instance());
  let job = await accept();
  for (const state of ["pending", "pending", "failed"]) {
    job.fail(new JobError("worker_lost", "Cannot finish"));
    await jobs.drained();
    assertEquals((await jobs.status(job.id, undefined)).state, state);
    await jobs.tend();
    job = begun.get(job.id)!;
  }
  assertEquals((await jobs.status(job.id, undefined)).error?.code, "worker_lost");
});

test("an engine that is full takes a job over later", async ({ clock, instance }) => {
  const [dead, busy] = [instance(), instance()];
  const job = await dead.accept();
  clock.now += LEASE_MS;
  busy.refusal = new JobError("too_many_jobs", "Cannot submit");
  await busy.jobs.tend();
  const status = await busy.jobs.status(job.id, undefined);
  assertEquals([status.state, status.attempt], ["pending", 1]);
  busy.refusal = undefined;
  await busy.jobs.tend();
  assert(busy.begun.has(job.id));
});

test("a job that cannot be begun fails, and says so", async ({ inputs, clock, instance }) => {
  const [dead, alive] = [instance(), instance()];
  const [lost, refused] = [await dead.accept(), await dead.accept()];
  await inputs.remove(lost.id);
  clock.now += LEASE_MS;
  alive.refusal = new JobError("unsupported_media", "Cannot read");
  await alive.jobs.tend();
  const codes = [];
  for (const { id } of [lost, refused]) {
    codes.push((await alive.jobs.status(id, undefined)).error?.code);
  }
  assertEquals(codes, ["damaged", "unsupported_media"]);
  assertEquals(await names(inputs), []);
});

test("a removal ends the job, and what comes later leaves nothing", async (bench) => {
  const { inputs, store } = bench;
  const { jobs, accept } = bind(bench.instance());
  const [running, finishing] = [await accept(), await accept()];
  await jobs.remove(running.id, undefined);
  assertEquals(running.state, "cancelled");
  finishing.finish(RESULT);
  await Promise.all([jobs.remove(finishing.id, undefined), jobs.drained()]);
  for (const { id } of [running, finishing]) {
    const error = await assertRejects(() => jobs.status(id, undefined), JobError);
    assertEquals(error.code, "unknown_job");
    assertEquals(await store.get(id), undefined);
  }
  assertEquals([await names(inputs), jobs.running], [[], 0]);
  assertEquals(jobs.counts().cancelled, 1);
});

test("a wait ends with the job, with its time, or with the instance", async (bench) => {
  const [here, there] = [bench.instance(), bench.instance()];
  const [first, second] = [await here.accept(), await here.accept()];
  const waits = [here, there].map(({ jobs }) => jobs.ended(first.id, undefined, 60_000));
  assertEquals((await here.jobs.ended(first.id, undefined, 1)).state, "running");
  first.finish(RESULT);
  assertEquals((await Promise.all(waits)).map(({ state }) => state), ["done", "done"]);
  const wait = there.jobs.ended(second.id, undefined, 60_000);
  there.jobs.stop();
  assertEquals((await wait).state, "running");
});

test("a tenant sees its own jobs alone", async ({ instance }) => {
  const { jobs, accept } = bind(instance());
  const job = await accept("a");
  const calls = [
    () => jobs.status(job.id, "b"),
    () => jobs.status(job.id, undefined),
    () => jobs.result(job.id, "b"),
    () => jobs.remove(job.id, "b"),
  ];
  assertEquals(jobs.live(job.id, "b"), undefined);
  assertEquals(jobs.live(job.id, "a"), job);
  for (const live of [true, false]) {
    for (const call of calls) {
      assertEquals((await assertRejects(call, JobError)).code, "unknown_job");
    }
    assertEquals((await jobs.list("b", { limit: 5 })).jobs, []);
    assertEquals((await jobs.list("a", { limit: 5 })).jobs.map(({ id }) => id), [job.id]);
    if (live) job.finish(RESULT);
    await jobs.drained();
  }
});

test("a list goes on where it ended, by state as well", async ({ instance, clock }) => {
  const { jobs, accept } = bind(instance());
  const ids: string[] = [];
  for (let i = 0; i < 12; i++) {
    clock.now++;
    const job = await accept();
    ids.unshift(job.id);
    if (i % 3 === 0) job.finish(RESULT);
  }
  await until(() => jobs.running === 8);
  for (const state of [undefined, "done", "running"] as const) {
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await jobs.list(undefined, { state, limit: 3, before });
      assert(page.jobs.length <= 3);
      seen.push(...page.jobs.map(({ id }) => id));
      before = page.next;
    } while (before !== undefined);
    const wanted = ids.filter((_, i) => !state || (i % 3 === 2) === (state === "done"));
    assertEquals(new Set(seen), new Set(wanted), state);
    assertEquals(seen.length, wanted.length);
  }
});

test("a job whose result finds no room is begun again later, with its input", async (bench) => {
  const { store, clock, inputs, instance } = bench;
  const { jobs, accept, begun } = bind(instance());
  const save = store.saveResult.bind(store);
  store.saveResult = () => Promise.reject(new JobError("out_of_storage", "Cannot keep bytes"));
  const job = await accept();
  job.finish(RESULT);
  await jobs.drained();
  assertEquals((await jobs.status(job.id, undefined)).state, "pending");
  assertEquals(await names(inputs), [job.id]);
  await jobs.tend();
  assertEquals(begun.size, 0);
  store.saveResult = save;
  clock.now += 5000;
  await jobs.tend();
  begun.get(job.id)!.finish(RESULT);
  const { record } = await ended(jobs, job.id);
  assertEquals([record.state, record.attempt, record.resumeAt], ["done", 2, undefined]);
});

test("a job whose input cannot be read now is begun again later", async (bench) => {
  const { clock, inputs } = bench;
  const job = await bench.instance().accept();
  clock.now += LEASE_MS;
  const { jobs, begun } = bench.instance();
  const open = inputs.open.bind(inputs);
  inputs.open = () => Promise.reject(new Error("the store is away"));
  await jobs.tend();
  inputs.open = open;
  await jobs.tend();
  assertEquals([(await jobs.status(job.id, undefined)).state, begun.size], ["pending", 0]);
  clock.now += 10_000;
  await jobs.tend();
  const again = begun.get(job.id)!;
  again.fail(new JobError("body_aborted", "Cannot read body"));
  await jobs.drained();
  clock.now += 20_000;
  await jobs.tend();
  begun.get(job.id)!.finish(RESULT);
  const { record } = await ended(jobs, job.id);
  assertEquals([record.state, record.attempt], ["done", 4]);
});

async function ended(jobs: Instance["jobs"], id: string) {
  await jobs.drained();
  return await jobs.result(id, undefined);
}

test("says that the store fails until it has been looked after again", async ({ store, instance }) => {
  const { jobs } = instance();
  const sweep = store.sweep;
  await jobs.tend();
  assertEquals(jobs.failing, false);
  store.sweep = () => Promise.reject(new Error("no disk"));
  await assertRejects(() => jobs.tend(), Error, "no disk");
  assertEquals(jobs.failing, true);
  store.sweep = sweep;
  await jobs.tend();
  assertEquals(jobs.failing, false);
});

import { assert, assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { LEASE_MS } from "../../src/jobs/job_keeper.ts";
import { createJobId } from "../../src/store/job_record.ts";
import type { RequestKeyHold } from "../../src/store/job_store.ts";
import { resultOf } from "../support/results.ts";
import { bind, names, test } from "../support/store/registry_bench.ts";
import { ManualJob } from "../support/store/stores.ts";
import { soon, until } from "../support/waits.ts";

const RESULT = resultOf([["to", 1], ["be", 1]]);
const OTHER = resultOf([["wrong", 1]]);

test("a key is free again when its holder is dead", async ({ clock, instance }) => {
  const [dead, alive] = [instance(), instance()];
  await dead.jobs.tend();
  await dead.jobs.arrivals.takeKey(undefined, "k");
  for (const { jobs } of [dead, alive]) {
    const error = await assertRejects(() => jobs.arrivals.takeKey(undefined, "k"), JobError);
    assertEquals(error.code, "key_in_use");
  }
  clock.now += LEASE_MS;
  const taken = await alive.jobs.arrivals.takeKey(undefined, "k");
  if (!("version" in taken)) throw new Error("the key stands for a job");
  await alive.jobs.arrivals.releaseKey(taken);
  assert("version" in await alive.jobs.arrivals.takeKey(undefined, "k"));
});

test("an id of a client finds its job through every instance, after a takeover too", async (bench) => {
  const { clock } = bench;
  const [first, second] = [bench.instance(), bench.instance()];
  await first.jobs.tend();
  const id = crypto.randomUUID();
  const hold = await first.jobs.arrivals.takeId("t", id) as RequestKeyHold;
  await assertRejects(
    () => second.jobs.arrivals.takeId("t", id),
    JobError,
    `id '${id}' is under way`,
  );
  const waiting = second.jobs.begun(id, "t", 60_000);
  const job = await first.accept("t", hold);
  assertEquals([(await soon(waiting)).id, first.jobs.live(id, "t")], [job.id, job]);
  assertEquals(await second.jobs.arrivals.takeId("t", id), { id: job.id, fingerprint: "f" });
  assertEquals(
    (await assertRejects(() => second.jobs.status(id, "u"), JobError)).code,
    "unknown_job",
  );
  await assertRejects(
    () => first.jobs.arrivals.takeId("t", job.id),
    JobError,
    "to another request",
  );
  clock.now += LEASE_MS;
  await second.jobs.tend();
  job.finish(OTHER);
  second.begun.get(job.id)!.finish(RESULT);
  await Promise.all([first.jobs.drained(), second.jobs.drained()]);
  for (const { jobs } of [first, second]) {
    assertEquals((await jobs.result(id, "t")).record.attempt, 2);
  }
  await second.jobs.remove(id, "t");
  assert("version" in await second.jobs.arrivals.takeId("t", id));
});

test("a job that is dropped while its input comes in leaves nothing", async (bench) => {
  const { jobs, begin } = bind(bench.instance());
  const id = crypto.randomUUID();
  const hold = await jobs.arrivals.takeId(undefined, id) as RequestKeyHold;
  const job = new ManualJob(createJobId());
  const arriving = begin(job, undefined, hold);
  assertEquals([(await jobs.status(id, undefined)).state, jobs.running], ["running", 1]);
  assertEquals((await jobs.list(undefined, { limit: 5 })).jobs, []);
  const removing = jobs.remove(id, undefined);
  await until(() => job.state === "cancelled");
  await jobs.arrivals.releaseKey(hold);
  await jobs.arrivals.drop(arriving);
  await removing;
  await assertRejects(() => jobs.status(id, undefined), JobError, "Cannot find job");
  assertEquals([jobs.running, await names(bench.inputs)], [0, []]);
  assert("version" in await jobs.arrivals.takeId(undefined, id));
});

test("a key that the store cannot free is free nevertheless", async ({ store, instance }) => {
  const { jobs } = instance();
  const hold = await jobs.arrivals.takeKey("t", "k") as RequestKeyHold;
  await assertRejects(() => jobs.arrivals.takeKey("t", "k"), JobError, "is under way");
  store.releaseRequestKey = () =>
    Promise.reject(new JobError("out_of_storage", "Cannot keep bytes"));
  await jobs.arrivals.releaseKey(hold);
  assert("version" in await jobs.arrivals.takeKey("t", "k"));
});

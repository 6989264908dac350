import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import {
  type ClusterModel,
  TODAY,
} from "../../../../../load/lab/parts/simulation/cluster_model.ts";
import { Dice, drawDelay, drawLateShare } from "../../../../../load/lab/parts/simulation/dice.ts";
import { SimulatedJob } from "../../../../../load/lab/parts/simulation/simulated_job.ts";
import { planModel } from "../../../../../load/lab/parts/simulation/splits.ts";
import { simulate } from "../../../../../load/lab/parts/simulation/trials.ts";

const GB = 1e9;

/** A Redis that takes no time. */
const FAST_REDIS = { ...TODAY.redis, commandSeconds: 0 };
const CALM: ClusterModel = { ...TODAY, redis: FAST_REDIS, nodes: 10, bytes: 100 * GB };
const STORMY: ClusterModel = { ...CALM, stragglers: true, meanLife: 200, backups: true };
const AS_THEY_COME = { ...TODAY.collect, order: "as they come" } as const;

const run = (model: ClusterModel, seed = 1) => new SimulatedJob(model, seed).run();

/** What a split takes that is not late. */
const secondsOf = (model: ClusterModel, bytes: number) =>
  model.takeSeconds + bytes / model.mapRate + bytes * model.outputShare / model.writeRate;

Deno.test("splits are those that the product plans: with more nodes, and beyond ten terabytes, they outgrow a GiB", () => {
  const splits = planModel({ ...CALM, nodes: 10, bytes: 10_000 * GB });
  assertEquals(splits.length, 9313);
  assert(splits.every(({ bytes }) => bytes < 2 ** 30 + 2 ** 20));
  assertEquals(planModel({ ...CALM, nodes: 100, bytes: 10_000 * GB }).length, 2499);
  const most = planModel({ ...CALM, nodes: 10, bytes: 100_000 * GB });
  assertEquals(most.length, 9999);
  assert(most.every(({ bytes }) => bytes > 10 * GB));
  assertEquals(most.reduce((sum, { bytes }) => sum + bytes, 0), 100_000 * GB);
});

Deno.test("one node takes as long as its splits one after the other, and the reduce", () => {
  const model = { ...CALM, nodes: 1 };
  const each = planModel(model).map(({ bytes }) => secondsOf(model, bytes));
  const reduce = model.bytes * model.outputShare / model.reduceRate;
  const { makespan, movedBytes } = run(model);
  assertAlmostEquals(makespan, each.reduce((sum, seconds) => sum + seconds) + reduce, 1e-6);
  assertEquals(movedBytes, 0);
});

Deno.test("nodes that are never late take turns of equal length, and hardly wait in the last", () => {
  for (const nodes of [2, 10, 100, 200]) {
    const model = { ...CALM, nodes, collect: AS_THEY_COME };
    const splits = planModel(model);
    const rounds = Math.ceil(splits.length / nodes);
    const { mapSeconds, mapBusySeconds, attempts } = run(model);
    assertAlmostEquals(mapSeconds, rounds * secondsOf(model, splits[0].bytes), 1e-6);
    assert(mapBusySeconds > 0.98 * nodes * mapSeconds, `${splits.length} splits`);
    assertEquals(attempts, splits.length);
  }
});

Deno.test("the node that was asked fetches all outputs but its own, and then reduces", () => {
  const model = { ...CALM, fetchRate: 1e6, nodes: 4 }; // fetching is all that counts
  const { movedBytes, makespan, mapSeconds, splits } = run(model);
  const output = model.bytes * model.outputShare;
  assertAlmostEquals(movedBytes, output * 3 / 4, 1);
  const first = mapSeconds * 4 / splits; // fetching begins when the first split is done
  const expected = first + output * 3 / 4 / 1e6 + output / model.reduceRate;
  assert(Math.abs(makespan - expected) < 0.1 * expected, `${makespan} s, not ${expected}`);
});

Deno.test("several nodes that reduce divide fetching and reducing among them", () => {
  const slow = {
    ...CALM,
    fetchRate: 1e6,
    nodes: 50,
    collect: { ...AS_THEY_COME, reducerBytes: 1 },
  };
  const one = run({ ...slow, collect: { ...slow.collect, reducers: 1 } });
  const many = run({ ...slow, collect: { ...slow.collect, reducers: 25 } });
  const behind = ({ makespan, mapSeconds }: typeof one) => makespan - mapSeconds;
  assert(behind(many) < behind(one) / 10, `${behind(many)} and ${behind(one)} s`);
});

Deno.test("work is conserved: no node is idle while a split waits, and each byte is counted", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const model = { ...CALM, stragglers: true };
    const { mapSeconds, mapBusySeconds, countedBytes, attempts, splits } = run(model, seed);
    assertEquals(countedBytes, model.bytes);
    assertEquals(attempts, splits);
    // Graham's bound: list scheduling is off the mean load by less than the longest task.
    const longest = 15 * secondsOf(model, model.bytes / splits);
    assert(mapSeconds <= mapBusySeconds / model.nodes + longest + 1e-6);
    assert(mapSeconds >= mapBusySeconds / model.nodes - 1e-6);
  }
});

Deno.test("every job ends, whoever dies, and each split that is lost is counted again", () => {
  let deaths = 0;
  for (let seed = 1; seed <= 200; seed++) {
    for (const order of ["in order", "as they come"] as const) {
      const outcome = run({ ...STORMY, collect: { ...TODAY.collect, order } }, seed);
      assert(outcome.countedBytes >= STORMY.bytes * (1 - 1e-9));
      assert(outcome.attempts >= outcome.splits);
      assert(outcome.makespan >= outcome.mapSeconds);
      deaths += outcome.deaths;
    }
  }
  assert(deaths > 100, `${deaths} deaths`);
});

Deno.test("what nodes had that die half-way is counted again by the others", () => {
  const calm = run(CALM);
  const massacre = { share: 0.5, at: calm.mapSeconds / 2 };
  for (const order of ["in order", "as they come"] as const) {
    const outcome = run({ ...CALM, massacre, collect: { ...TODAY.collect, order } });
    assertEquals(outcome.deaths, 5);
    assert(outcome.attempts > outcome.splits && outcome.makespan > calm.makespan);
  }
});

Deno.test("backups end a job sooner in which splits are late", () => {
  const late = { ...CALM, bytes: 1000 * GB, stragglers: true };
  const without = simulate(late, 50);
  const withThem = simulate({ ...late, backups: true }, 50);
  assert(withThem.mapSeconds < without.mapSeconds);
  assert(withThem.again > 0 && without.again === 0);
});

Deno.test("a Redis that cannot keep up makes a job wait", () => {
  const slow = { ...CALM, redis: { ...TODAY.redis, commandSeconds: 0.01 } };
  const { makespan, redisBusySeconds } = run(slow);
  assert(makespan > run(CALM).makespan);
  assert(redisBusySeconds > 0.9 * makespan);
});

Deno.test("the same seed gives the same job, and another one another", () => {
  const model = { ...CALM, stragglers: true, meanLife: 500 };
  assertEquals(run(model, 7), run(model, 7));
  assertNotEquals(run(model, 7).makespan, run(model, 8).makespan);
});

Deno.test("draws have the shares that were published", () => {
  const dice = new Dice(1);
  const draws = 100_000;
  const delays = Array.from({ length: draws }, () => drawDelay(dice));
  const share = (is: (delay: number) => boolean) => delays.filter(is).length / draws;
  assertAlmostEquals(share((delay) => delay < 2.5), 0.8, 0.01);
  assertAlmostEquals(share((delay) => delay >= 10), 0.1, 0.01);
  assert(delays.every((delay) => delay >= 1.5));
  const shares = Array.from({ length: draws }, () => drawLateShare(dice));
  assertAlmostEquals(shares.filter((each) => each >= 0.15).length / draws, 0.25, 0.01);
  const lives = Array.from({ length: draws }, () => dice.exponential(20));
  assertAlmostEquals(lives.reduce((sum, life) => sum + life) / draws, 20, 0.3);
  assertEquals(dice.exponential(Infinity), Infinity);
});

import { assert, assertEquals } from "@std/assert";
import { StartTags } from "../../src/cluster/start_tags.ts";
import type { SplitQueue } from "../../src/cluster/split_queue.ts";
import { RedisServer } from "../../src/cluster/redis_server.ts";
import { HeldNode, makeSplit, openQueue, PREFIX, UNWATCHED } from "../support/cluster/queues.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { leftOut } from "../support/left_out.ts";
import { soon, until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("the order of splits in a cluster", "no redis-server");

const MIB = 1024 * 1024;

/** A job with some splits. */
interface HandedIn {
  job: string;
  flow?: string;
  weight?: number;
  splits: number;
  bytes?: number;
}

async function handIn(queue: SplitQueue, { splits, ...terms }: HandedIn) {
  const planned = Array.from({ length: splits }, (_, i) => makeSplit(`${terms.job}-${i}`, terms));
  return await queue.add(planned, UNWATCHED);
}

/** Hands in jobs while a node is busy, and gives the order in which it begins their splits. */
async function orderOf(redis: TestRedis, jobs: readonly HandedIn[]): Promise<string[]> {
  const node = new HeldNode();
  await using queue = openQueue(redis, node.run);
  await handIn(queue, { job: "plug", splits: 1 });
  await until(() => node.begun.length === 1);
  const outcomes = [];
  for (const job of jobs) outcomes.push(...await handIn(queue, job));
  node.open();
  await soon(Promise.all(outcomes));
  return node.begun.slice(1);
}

function countOf(order: readonly string[], name: string): number {
  return order.filter((job) => job.startsWith(name)).length;
}

function test(name: string, fn: (redis: TestRedis) => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    fn: async () => {
      await using redis = await TestRedis.start();
      await fn(redis);
    },
  });
}

test("a small job of another tenant does not wait for a large one", async (redis) => {
  const order = await orderOf(redis, [
    { job: "large", flow: "a", splits: 40 },
    { job: "small", flow: "b", splits: 3 },
  ]);
  assertEquals(countOf(order.slice(0, 7), "small"), 3, order.join(" "));
});

test("tenants share the nodes alike, however many jobs each has", async (redis) => {
  const order = await orderOf(redis, [
    ...Array.from({ length: 6 }, (_, i) => ({ job: `a${i}`, flow: "a", splits: 4 })),
    { job: "b", flow: "b", splits: 8 },
  ]);
  const ofB = countOf(order.slice(0, 14), "b");
  assert(ofB >= 6 && ofB <= 8, order.join(" "));
});

test("tenants share the nodes by their weights", async (redis) => {
  const order = await orderOf(redis, [
    { job: "light", splits: 20, weight: 4 },
    { job: "heavy", splits: 20, weight: 12 },
  ]);
  const heavy = countOf(order.slice(0, 16), "heavy");
  assert(heavy >= 11 && heavy <= 13, order.join(" "));
});

test("tenants share the nodes by bytes, not by splits", async (redis) => {
  const order = await orderOf(redis, [
    { job: "coarse", splits: 10, bytes: 4 * MIB },
    { job: "fine", splits: 20, bytes: MIB },
  ]);
  const fine = countOf(order.slice(0, 15), "fine");
  assert(fine >= 11 && fine <= 13, order.join(" "));
});

test("a job that keeps waiting has its turn while new ones keep coming", async (redis) => {
  const node = new HeldNode();
  let comers = 0;
  await using queue = openQueue(redis, async (task, attempt) => {
    const outcome = await node.run(task, attempt);
    // Whenever one of the new ones begins, another one comes: their flows never end.
    if (task.job !== "old" && comers < 100) {
      await handIn(queue, { job: `new${comers++}`, splits: 1 });
    }
    return outcome;
  });
  await handIn(queue, { job: "plug", splits: 1 });
  await until(() => node.begun.length === 1);
  const outcomes = await handIn(queue, { job: "old", splits: 6 });
  await handIn(queue, { job: `new${comers++}`, splits: 1 });
  node.open();
  await soon(Promise.all(outcomes));
  assert(comers < 60, `${comers} came first`);
});

test("what was idle has earned nothing, and tags become small again", async (redis) => {
  const server = new RedisServer(redis.url, PREFIX);
  const connection = server.connect();
  try {
    const tags = new StartTags(connection, PREFIX);
    const share = { flow: "a", weight: 4 };
    assertEquals(await tags.give(share, [4 * MIB, 4 * MIB]), [1, 65]);
    assertEquals(await tags.give(share, [MIB]), [129]); // behind those
    assertEquals(await tags.begin(129, MIB), 0);
    const [late] = await tags.give({ flow: "b", weight: 4 }, [MIB]);
    assert(late >= 129, `${late}`);
    await connection.set(`${PREFIX}:now`, String(2 ** 20 - 1));
    const [before] = await tags.give(share, [4 * MIB, 4 * MIB]);
    const shift = await tags.begin(before, 4 * MIB);
    assert(shift >= 2 ** 20 - 1, `${shift}`);
    const [after] = await tags.give(share, [MIB]);
    assert(after > 0 && after < 200, `${after}`); // still behind its own
    assertEquals(await tags.begin(1, MIB), 0);
  } finally {
    connection.disconnect();
  }
});

test("those that wait keep their turn when tags become small", async (redis) => {
  const connection = new RedisServer(redis.url, PREFIX).connect();
  const priorityOf = async (id: string) =>
    Number(await connection.hget(`${PREFIX}:splits:${id}`, "priority"));
  const node = new HeldNode();
  await using queue = openQueue(redis, async (task, attempt) => {
    const outcome = await node.run(task, attempt);
    if (task.job !== "first") return outcome;
    await until(async () => await priorityOf("old-9") < 1000); // they have become small
    outcomes.push(...await handIn(queue, { job: "new", splits: 10 }));
    return outcome;
  });
  await handIn(queue, { job: "plug", splits: 1 });
  await until(() => node.begun.length === 1);
  await connection.set(`${PREFIX}:now`, String(2 ** 20 - 1));
  const outcomes = await handIn(queue, { job: "first", splits: 1 }); // makes them small
  outcomes.push(...await handIn(queue, { job: "old", splits: 10 }));
  assert(await priorityOf("old-9") > 2 ** 20 - 1);
  node.open();
  await soon(Promise.all(outcomes));
  await until(() => node.begun.length === 22);
  const order = node.begun.slice(2);
  const old = countOf(order.slice(0, 10), "old");
  assert(old >= 4 && old <= 6, order.join(" "));
  connection.disconnect();
});

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Queue } from "bullmq";
import { RedisServer } from "../../src/cluster/redis_server.ts";
import { SplitLost } from "../../src/cluster/split_queue.ts";
import type { RunSplit } from "../../src/cluster/split_worker.ts";
import {
  HeldNode,
  makeSplit,
  openQueue,
  outcomeOf,
  PREFIX,
  UNWATCHED,
} from "../support/cluster/queues.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { leftOut } from "../support/left_out.ts";
import { soon, until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("the queue of a cluster", "no redis-server");

/** Counts nothing until it is stopped, and notes what it was stopped for. */
class EndlessNode {
  readonly begun: string[] = [];
  readonly stopped: unknown[] = [];

  readonly run: RunSplit = ({ job }, { signal }) => {
    this.begun.push(job);
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => {
      this.stopped.push(signal.reason);
      reject(signal.reason);
    });
    return promise;
  };
}

/** Notes which queues ask for the state of each split. */
class AskedStates implements Disposable {
  readonly by = new Map<string, Set<Queue>>();
  readonly #ask = Queue.prototype.getJobState;

  constructor() {
    const { by } = this;
    const ask = this.#ask;
    Queue.prototype.getJobState = function (id) {
      by.set(id, (by.get(id) ?? new Set()).add(this));
      return ask.call(this, id);
    };
  }

  [Symbol.dispose](): void {
    Queue.prototype.getJobState = this.#ask;
  }
}

function test(
  name: string,
  fn: (redis: TestRedis, connection: ReturnType<RedisServer["connect"]>) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore,
    fn: async () => {
      await using redis = await TestRedis.start();
      const connection = new RedisServer(redis.url, PREFIX).connect();
      try {
        await fn(redis, connection);
      } finally {
        connection.disconnect();
      }
    },
  });
}

test("SplitQueue.cancel() stops the splits of a job on all nodes, by a message", async (redis) => {
  const ended: string[] = [];
  const nodes = [new EndlessNode(), new EndlessNode()];
  const onEnd = (job: string) => ended.push(job);
  await using first = openQueue(redis, nodes[0].run, { onEnd });
  await using second = openQueue(redis, nodes[1].run, { onEnd });
  const splits = ["a", "b", "c"].map((id) => makeSplit(id));
  await first.add(splits, UNWATCHED);
  await until(() => nodes.every(({ begun }) => begun.length === 1));
  await second.cancel("job", splits.map(({ id }) => id));
  await until(() => nodes.every(({ stopped }) => stopped.length === 1) && ended.length === 2);
  assertEquals(ended, ["job", "job"]);
  await until(() => first.running + second.running === 0);
  assertEquals(nodes.map(({ begun }) => begun.length), [1, 1]); // the third was never begun
});

test("a node that did not hear of a cancelled job looks for it", async (redis, connection) => {
  const node = new EndlessNode();
  await using queue = openQueue(redis, node.run);
  await queue.add([makeSplit("a")], UNWATCHED);
  await until(() => node.begun.length === 1);
  await connection.set(`${PREFIX}:cancelled:job`, ""); // and nothing is published
  await until(() => node.stopped.length === 1);
});

test("SplitQueue.drop() ends one split, wherever it runs", async (redis) => {
  const nodes = [new EndlessNode(), new EndlessNode()];
  await using first = openQueue(redis, nodes[0].run);
  await using second = openQueue(redis, nodes[1].run);
  await first.add(["a", "b"].map((id) => makeSplit(id)), UNWATCHED);
  await until(() => nodes.every(({ begun }) => begun.length === 1));
  await first.drop("a");
  await until(() => first.running + second.running === 1);
  assertEquals(nodes.flatMap(({ stopped }) => stopped).length, 1);
});

test("a split that takes its node with it is begun three times", async (redis, connection) => {
  const node = new EndlessNode();
  await using queue = openQueue(redis, node.run, { lockMs: 400 });
  const [outcome] = await queue.add([makeSplit("a")], UNWATCHED);
  const lock = `${PREFIX}:splits:a:lock`;
  const refused = assertRejects(() => soon(outcome), SplitLost, "stalled");
  for (let times = 1; times <= 3; times++) {
    await until(() => node.begun.length === times);
    await connection.del(lock); // as if the node were gone: it renews its lock no more
  }
  await refused;
  assertEquals(node.begun.length, 3);
});

test("a node stops what was given to another one", async (redis, connection) => {
  const node = new EndlessNode();
  await using queue = openQueue(redis, node.run, { lockMs: 1000 });
  await queue.add([makeSplit("a")], UNWATCHED);
  await until(() => node.begun.length === 1);
  await connection.set(`${PREFIX}:splits:a:lock`, "another node's");
  await until(() => node.stopped.length === 1);
  assertEquals(node.stopped, ["given away"]);
});

test("what a node says of a split that was given away is refused", async (redis, connection) => {
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  await using queue = openQueue(redis, async (task) => {
    begun++;
    if (begun === 1) await gate.promise; // a node that does not hear that it is to stop
    return outcomeOf(task, begun === 1 ? "http://first.test" : "http://second.test");
  });
  const [outcome] = await queue.add([makeSplit("a")], UNWATCHED);
  await until(() => begun === 1);
  await connection.set(`${PREFIX}:splits:a:lock`, "another node's", "PX", 3000);
  gate.resolve();
  const { output } = await soon(outcome);
  assertEquals(output?.node, "http://second.test");
  assertEquals(begun, 2);
});

test("SplitQueue asks what came of the splits alone that were handed in there", async (redis) => {
  const run: RunSplit = (task) => Promise.resolve(outcomeOf(task));
  await using first = openQueue(redis, run);
  await using second = openQueue(redis, run);
  const splits = Array.from({ length: 20 }, (_, i) => makeSplit(`s${i}`));
  using asked = new AskedStates();
  await soon(Promise.all(await first.add(splits, UNWATCHED)));
  const begun = Promise.withResolvers<void>();
  await second.add([makeSplit("last")], () => ({ begun: begun.resolve, delayed() {}, tell() {} }));
  await soon(begun.promise); // by then it has heard of all that came before
  assertEquals(splits.map(({ id }) => asked.by.get(id)?.size), splits.map(() => 1));
});

test("SplitQueue leaves nothing of a job that is done in Redis", async (redis, connection) => {
  await using queue = openQueue(redis, (task) => Promise.resolve(outcomeOf(task)));
  const before = new Set(["splits:meta", "splits:events", "splits:id", "now", "flows"]);
  const splits = Array.from({ length: 20 }, (_, i) => makeSplit(`s${i}`));
  await soon(Promise.all(await queue.add(splits, UNWATCHED)));
  assert((await connection.keys(`${PREFIX}:splits:s*`)).length >= 20); // until it is let go of
  await queue.forget("job", splits.map(({ id }) => id));
  const left = (await connection.keys(`${PREFIX}:*`)).map((key) => key.slice(PREFIX.length + 1))
    .filter((key) => !before.has(key) && !/^splits:(pc|marker|stalled-check|completed)$/.test(key));
  assertEquals(left, []);
  assertEquals(await connection.zcard(`${PREFIX}:splits:completed`), 0);
});

test("what came of a job that was left is kept for six hours", async (redis, connection) => {
  await using queue = openQueue(redis, (task) => Promise.resolve(outcomeOf(task)));
  await soon(Promise.all(await queue.add([makeSplit("old")], UNWATCHED)));
  // It ended six hours ago, and nobody has let go of it: its node is gone.
  await connection.zadd(`${PREFIX}:splits:completed`, Date.now() - 6 * 60 * 60 * 1000 - 1, "old");
  await soon(Promise.all(await queue.add([makeSplit("new")], UNWATCHED)));
  await until(async () => await connection.exists(`${PREFIX}:splits:old`) === 0);
  assertEquals(await connection.exists(`${PREFIX}:splits:new`), 1);
});

test("a node hands back what it may not run: it keeps its place, and was not begun", async (redis) => {
  const held = new HeldNode();
  const repeated: boolean[] = [];
  let delayed = 0;
  const mayRun = () => false;
  await using without = openQueue(redis, () => Promise.reject(new Error("it may not")), { mayRun });
  const splits = ["a", "b", "c"].map((job) => makeSplit(job, { job, flow: "one" }));
  const watch = { begun() {}, delayed: () => void delayed++, tell() {} };
  const outcomes = await without.add(splits, () => watch);
  await until(() => delayed >= 3);
  await using node = openQueue(redis, (task, attempt) => {
    repeated.push(attempt.isRepeated);
    return held.run(task, attempt);
  });
  held.open();
  await Promise.all(outcomes);
  assertEquals(node.running, 0);
  assertEquals(repeated, [false, false, false]);
});

import { assert, assertEquals } from "@std/assert";
import { Redis } from "ioredis";
import { type Server, startServer } from "../../src/server.ts";
import { assertSameAnswer, countUrls } from "../support/cluster/ask.ts";
import { createFailureTests } from "../support/cluster/failure_tests.ts";
import { isInSplits } from "../support/cluster/is_in_splits.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { startNodeProcess } from "../support/cluster/node_process.ts";
import { nodeOptions, TestNodes } from "../support/cluster/nodes.ts";
import type { TestRedis } from "../support/cluster/redis.ts";
import { freePort } from "../support/free_port.ts";
import { FileServer } from "../support/http/file_server.ts";
import { soon, until } from "../support/waits.ts";

const failure = await createFailureTests("failures of the Redis of a cluster");

const TEXT = generateLines(12, 200_000);
const QUERY = "top=0&order=key";

/** A text whose splits can be held up. */
class HeldText implements AsyncDisposable {
  /** Requests that wait. */
  held = 0;
  #gate = Promise.withResolvers<undefined>();
  readonly #file = new FileServer(TEXT, {
    answer: (request) => {
      if (!isInSplits(request)) return undefined;
      this.held++;
      return this.#gate.promise;
    },
  });

  get urls(): string[] {
    return [`http://127.0.0.1:${this.#file.port}/file.txt`];
  }

  open(): void {
    this.#gate.resolve(undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.open();
    await this.#file[Symbol.asyncDispose]();
  }
}

/** What one server answers. */
async function alone() {
  await using server = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
  await using file = new FileServer(TEXT);
  return await countUrls(server.origin, QUERY, [`http://127.0.0.1:${file.port}/file.txt`]);
}

function isReached({ engine }: Server): boolean {
  return engine.status().cluster!.reached;
}

/** Has a Redis refuse whatever takes memory, or take it again. */
async function limit({ url }: TestRedis, bytes: number): Promise<void> {
  const connection = new Redis(url);
  await connection.config("SET", "maxmemory", bytes);
  connection.disconnect();
}

/** Has something happen to a Redis while two nodes count, and end once they do not reach it. */
async function disturb(
  redis: TestRedis,
  begin: () => Promise<void> | void,
  end: () => Promise<void> | void,
): Promise<void> {
  await using nodes = await TestNodes.start(redis, 2);
  await using text = new HeldText();
  const counting = countUrls(nodes.servers[0].origin, QUERY, text.urls);
  await until(() => text.held >= 2); // borders are read beside the splits
  await begin();
  text.open();
  await until(() => !nodes.servers.some(isReached));
  await end();
  const answer = await soon(counting);
  assert(answer.accounting.cluster);
  assertSameAnswer(answer, await alone());
}

failure("Redis stands still for longer than locks hold", async (redis) => {
  await disturb(redis, () => redis.signal("SIGSTOP"), () => redis.signal("SIGCONT"));
});

failure("Redis is full while a job runs, and has room again", async (redis) => {
  await disturb(redis, () => limit(redis, 1), () => limit(redis, 0));
});

failure("a node counts alone while Redis is full", async (redis) => {
  await using nodes = await TestNodes.start(redis, 2);
  await using text = new HeldText();
  text.open();
  await limit(redis, 1);
  const answer = await soon(countUrls(nodes.servers[0].origin, QUERY, text.urls));
  assertEquals(answer.accounting.cluster, undefined);
  assertSameAnswer(answer, await alone());
});

failure("nodes that start without Redis count alone, and meet when it is there", async (redis) => {
  await redis.kill();
  await using first = await startServer(nodeOptions(redis, freePort()));
  await using second = await startServer(nodeOptions(redis, freePort()));
  await using text = new HeldText();
  text.open();
  const before = await soon(countUrls(first.origin, QUERY, text.urls));
  assertEquals(before.accounting.cluster, undefined);
  await redis.restart();
  const nodes = [first, second];
  await until(() => nodes.every(({ engine }) => engine.status().nodes?.length === 2));
  const answer = await soon(countUrls(first.origin, QUERY, text.urls));
  assert(answer.accounting.cluster);
  for (const each of [before, answer]) assertSameAnswer(each, await alone());
});

failure("a node says which settings of Redis may lose what is counted", async (redis) => {
  const connection = new Redis(redis.url);
  await connection.config("SET", "appendonly", "no");
  await connection.config("SET", "maxmemory-policy", "allkeys-lru");
  connection.disconnect();
  await using node = await startNodeProcess(redis);
  await until(() => /appendonly yes.*\n(.*\n)*.*maxmemory-policy to noeviction/.test(node.output));
});

import type { IntakeOptions } from "../../../src/intake/intake_options.ts";
import { type Server, type StartOptions, startServer } from "../../../src/server.ts";
import { until } from "../waits.ts";
import type { TestRedis } from "./redis.ts";
import { freePort } from "../free_port.ts";

/** What the nodes of tests know each other by. */
export const SECRET = "a secret of the tests, long enough";

/**
 * Shared memory of a node. V8 takes the whole of a reserved shared memory for memory in use: from 8 GiB
 * on, as of two engines of their usual 4 GiB in one process, it collects garbage all the time (100 ms
 * of processor time for a split of 3 KB, in place of 10).
 */
const MEMORY_BYTES = 512 * 1024 * 1024;

/** Options of a node that takes part in small counts as well. */
export function nodeOptions(redis: Pick<TestRedis, "url">, port: number) {
  return {
    port,
    workers: 1,
    memoryBytes: MEMORY_BYTES,
    allowPrivateUrls: true,
    cluster: redis.url,
    clusterUrl: `http://127.0.0.1:${port}`,
    clusterSecret: SECRET,
    clusterSplitBytes: 20_000,
    clusterLockMs: 2000,
  } satisfies StartOptions;
}

/** Nodes of one cluster in this process, which have seen each other. */
export class TestNodes implements AsyncDisposable {
  readonly servers: Server[];

  private constructor(servers: Server[]) {
    this.servers = servers;
  }

  static start(redis: TestRedis, count: number, more: StartOptions = {}): Promise<TestNodes> {
    return TestNodes.startEach(redis, Array.from({ length: count }, () => more));
  }

  /** @param each What each node has of its own. @param remote How they read texts of others. */
  static async startEach(
    redis: TestRedis,
    each: readonly StartOptions[],
    remote?: IntakeOptions["remote"],
  ): Promise<TestNodes> {
    const servers: Server[] = [];
    for (const more of each) {
      servers.push(await startServer({ ...nodeOptions(redis, freePort()), ...more }, { remote }));
    }
    const nodes = new TestNodes(servers);
    const seen = () => servers.map(({ engine }) => engine.status().nodes?.length);
    await until(() => seen().every((count) => count === each.length));
    return nodes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.servers) await server.close();
  }
}

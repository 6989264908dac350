import type { TestRedis } from "../../../tests/support/cluster/redis.ts";
import { freePort } from "../../../tests/support/free_port.ts";
import { ServerProcess } from "../../../tests/support/http/server.ts";
import { until } from "../../../tests/support/waits.ts";
import { tryCommand } from "../../support/commands.ts";

const SECRET = "a secret of the benchmarks, long enough";

/** How nodes are started. */
export interface NodeTerms {
  /** Least bytes of a split. */
  splitBytes: number;
  /** How long a node keeps its splits that shows no sign of life. @default {the server's own} */
  lockSeconds?: number;
}

/** Starts a node of one worker. */
export async function startNode(
  { url }: TestRedis,
  { splitBytes, lockSeconds }: NodeTerms,
): Promise<ServerProcess> {
  const port = freePort();
  return await ServerProcess.start({
    port,
    args: ["--workers", "1", "--allow-private-urls", "--cluster-split", String(splitBytes)],
    env: {
      MILLRACE_CLUSTER: url,
      MILLRACE_CLUSTER_URL: `http://127.0.0.1:${port}`,
      MILLRACE_CLUSTER_SECRET: SECRET,
      ...(lockSeconds !== undefined && { MILLRACE_CLUSTER_LOCK: `${lockSeconds}s` }),
    },
  });
}

/** Starts a server that is no node. */
export async function startAlone(workers: number): Promise<ServerProcess> {
  return await ServerProcess.start({
    args: ["--workers", String(workers), "--allow-private-urls"],
  });
}

/** Waits until the first of some nodes has heard of the others. */
export async function meet(nodes: readonly ServerProcess[]): Promise<void> {
  await until(async () => {
    const { nodes: known } = await readEngine(nodes[0].origin);
    return nodes.every(({ origin }) => known.some(({ url }) => url === origin));
  });
}

/** What a node says of the cluster. */
export interface NodeStatus {
  nodes: { url: string }[];
  /** None of a server that is no node. */
  cluster?: { moved: { outputsFetched: number } };
}

export async function readEngine(origin: string): Promise<NodeStatus> {
  return await (await fetch(`${origin}/v1/engine`)).json();
}

/**
 * Lets all threads of a process run on some cores alone.
 *
 * @param cores As taskset takes them: `0,1`.
 * @returns Whether it is so: the system may have no `taskset`, or fewer cores.
 */
export async function pin({ pid }: ServerProcess, cores: string): Promise<boolean> {
  const said = await tryCommand("taskset", ["--all-tasks", "-c", "-p", cores, String(pid)]);
  return said !== undefined;
}

import config from "../../../deno.json" with { type: "json" };
import { ServerProcess, type ServerStart } from "../http/server.ts";
import { SECRET } from "./nodes.ts";
import type { TestRedis } from "./redis.ts";
import { freePort } from "../free_port.ts";

/** What a server may do that is started with no more rights than it needs. */
export const START_PERMISSIONS = config.tasks.start.command.match(/--(allow|deny)-\S+/g)!;

/** How a node is started that has a process of its own. */
export interface NodeStart extends ServerStart {
  /** Where others reach it. @default {where it listens} */
  url?: string;
}

/** Starts a node that takes part in small counts as well. @param start.args What it is told beside. */
export function startNodeProcess(
  redis: Pick<TestRedis, "url">,
  { port = freePort(), url = `http://127.0.0.1:${port}`, args = [], env, ...more }: NodeStart = {},
): Promise<ServerProcess> {
  return ServerProcess.start({
    ...more,
    port,
    args: ["--workers", "1", "--allow-private-urls", "--cluster-split", "20000", ...args],
    env: {
      MILLRACE_CLUSTER: redis.url,
      MILLRACE_CLUSTER_URL: url,
      MILLRACE_CLUSTER_SECRET: SECRET,
      MILLRACE_CLUSTER_LOCK: "2s",
      ...env,
    },
  });
}

import type { KvServer } from "../store/kv_server.ts";
import { ServerProcess } from "./server.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

/** Less than the platform allows: nothing may be written or fetched, and no program started. */
const PERMISSIONS = [
  "--cached-only",
  "--no-prompt",
  "--allow-net",
  "--allow-env",
  `--allow-read=${ROOT}`,
];

const ENVIRONMENT = { DENO_DEPLOY: "true", HOST: "127.0.0.1", MILLRACE_INSECURE: "true" };

/** An instance as Deno Deploy runs it, over a store that others may use as well. */
export function startInstance(
  kv: KvServer,
  { args, env }: { args?: readonly string[]; env?: Record<string, string> } = {},
): Promise<ServerProcess> {
  return ServerProcess.start({
    permissions: PERMISSIONS,
    args,
    env: { ...ENVIRONMENT, ...kv.env, ...env },
  });
}

/** The most memory that a process ever had resident, in bytes; of Linux alone. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)![1]) * 1024;
}

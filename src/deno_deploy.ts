import { own } from "./async/own.ts";

/**
 * What is different on Deno Deploy: an instance has two cores and 768 MB. Its disk ends with it, and
 * SIGKILL follows SIGINT after five seconds. Instances share nothing but Deno KV.
 *
 * @see https://docs.deno.com/deploy/reference/runtime/
 */

/** Defaults of server options there, as text, by the name of the option. */
export const DEPLOY_DEFAULTS = {
  host: "0.0.0.0",
  workers: "2",
  memoryBytes: "256MiB",
  spillDirectory: "none",
  resultBytes: "64MiB",
  replayBytes: "1MiB",
  drainTimeoutMs: "2s",
  data: "kv",
  warmCompiler: "false",
} as const;

/** Why each of these defaults differs. */
export const DEPLOY_REASONS: Readonly<Record<keyof typeof DEPLOY_DEFAULTS, string>> = {
  host: "The platform may choose another address; everybody reaches the server at either",
  workers: "An instance has two cores, though a sandbox may show those of its machine",
  memoryBytes: "An instance has 768 MB for everything: results, bodies, threads and Deno itself",
  spillDirectory: "Its disk is small and ends with it: `507` says that memory is used up",
  resultBytes: "Results are kept in the store; these are held to be read again",
  replayBytes: "256 uploads may be counted side by side, and each keeps so much",
  drainTimeoutMs:
    "The platform kills it five seconds after `SIGINT`; threads and store take up to two more",
  data: "Nothing else is shared or outlives it",
  warmCompiler: "There is no compiler",
};

/** How often the platform starts an instance to finish the jobs that others left. */
const WATCH_SCHEDULE = "*/10 * * * *";

/** Whether the environment is that of Deno Deploy. */
export function isDenoDeploy(env: (name: string) => string | undefined): boolean {
  return ["DENO_DEPLOY", "DENO_DEPLOYMENT_ID"].some((name) => env(name) !== undefined);
}

/**
 * Asks the platform to run some work now and then, also when no request keeps an instance alive.
 * The platform collects what is scheduled before the server listens. Outside of Deno Deploy
 * `Deno.cron` does not exist, and nothing is scheduled.
 */
export function schedule(work: () => Promise<void>): void {
  const scheduled = Deno.cron?.("finish jobs that were left", WATCH_SCHEDULE, work);
  if (scheduled) own(scheduled);
}

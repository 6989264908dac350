import { own } from "./async/own.ts";

/**
 * What is different on Deno Deploy: an instance has two cores and 768 MB, no disk that outlives it,
 * and five seconds from SIGINT to SIGKILL. Instances share nothing but Deno KV.
 *
 * @see https://docs.deno.com/deploy/reference/runtime/
 */

/** Defaults of server options there, as text, by the name of the option. */
export const DEPLOY_DEFAULTS = {
  /** Which address it is says the platform in the end; in any case everybody reaches it. */
  host: "0.0.0.0",
  /** A sandbox may show the cores of its machine. */
  workers: "2",
  /** The rest is for results, bodies, threads and Deno itself. */
  memoryBytes: "256MiB",
  spillDirectory: "none",
  resultBytes: "64MiB",
  /** As many as 256 uploads are counted side by side. */
  replayBytes: "1MiB",
  /** Threads and store take up to two seconds more. */
  drainTimeoutMs: "2s",
  data: "kv",
} as const;

/** So often is an instance started, if none runs, to finish what others have left. */
const WATCH_SCHEDULE = "*/10 * * * *";

/** Whether the environment is that of Deno Deploy. */
export function isDenoDeploy(env: (name: string) => string | undefined): boolean {
  return ["DENO_DEPLOY", "DENO_DEPLOYMENT_ID"].some((name) => env(name) !== undefined);
}

/**
 * Has the platform run some work now and then, also when no request keeps an instance alive. It
 * looks for this before the server listens; elsewhere `Deno.cron` is not there.
 */
export function schedule(work: () => Promise<void>): void {
  const scheduled = Deno.cron?.("finish jobs that were left", WATCH_SCHEDULE, work);
  if (scheduled) own(scheduled);
}

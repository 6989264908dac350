import { getLogger } from "@logtape/logtape";
import { own } from "./async/own.ts";
import { within } from "./async/within.ts";
import type { RequestGate } from "./http/door/gate.ts";
import { linger } from "./http/door/linger.ts";
import type { JobRegistry } from "./jobs/job_registry.ts";

/** How long answers that say 503 may take to leave. */
export const FLUSH_MS = 250;

/** How long threads may take to stop after the deadline; a process that exits ends them anyway. */
export const STOP_MS = 1500;

/** How often a task's server looks whether the task is still there. */
const PARENT_MS = 500;

/** Read when the program begins: the parent may be gone before the server listens. */
const PARENT = Deno.ppid;

/** `deno task` and npm tell their children where they were called. */
const TASK_VARIABLE = "INIT_CWD";

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** What a server is made of, for taking it down. */
export interface Stoppable {
  gate: Pick<RequestGate, "close">;
  server: Pick<Deno.HttpServer, "shutdown">;
  engine: { close(options: { deadlineMs: number }): Promise<void> };
  jobs: Pick<JobRegistry, "stop" | "drained" | "close">;
}

/**
 * Takes no new requests, lets requests and jobs finish, and frees threads and port. What has not
 * finished by the deadline fails with `engine_closed`; jobs whose input is kept are handed back
 * instead, and finished by whoever opens the store next.
 *
 * The port closes when the last request that came before has its answer: closing it earlier
 * would break the uploads that are under way.
 *
 * @param timeoutMs How long running work may go on.
 */
export async function drain(parts: Stoppable, timeoutMs: number): Promise<void> {
  const { gate, server, engine, jobs } = parts;
  const deadline = performance.now() + timeoutMs;
  jobs.stop();
  linger.hurry();
  const served = gate.close().then(() => server.shutdown());
  await within(Promise.all([served, jobs.drained()]), timeoutMs);
  const deadlineMs = Math.max(0, deadline - performance.now());
  await within(engine.close({ deadlineMs }), deadlineMs + STOP_MS);
  await within(Promise.all([served, jobs.drained()]), FLUSH_MS);
  await jobs.close();
}

/**
 * Drains and exits with 0 at the first SIGINT or SIGTERM; the second exits at once, with 128
 * and the signal's number. Likewise when the task runner that started the server is gone.
 *
 * @param stop Runs once, at the first signal.
 */
export function exitOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  const begin = () => {
    stopping = true;
    const fail = (error: unknown) => {
      getLogger("millrace").error("Cannot stop cleanly", { error });
      Deno.exit(1);
    };
    own(stop(), fail, () => Deno.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      if (stopping) Deno.exit(EXIT_CODES[signal]);
      begin();
    });
  }
  if (Deno.env.get(TASK_VARIABLE) !== undefined) followParent(() => stopping || begin());
}

/**
 * Calls back when the parent process is gone. A task runner that is killed tells its server
 * nothing, which would keep the port; a shell that ends after `serve &` means it to go on, so
 * only children of a task ask for this.
 */
function followParent(orphaned: () => void): void {
  const timer = setInterval(() => {
    if (Deno.ppid === PARENT) return;
    clearInterval(timer);
    orphaned();
  }, PARENT_MS);
  Deno.unrefTimer(timer);
}

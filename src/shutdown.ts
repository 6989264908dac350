import { getLogger } from "@logtape/logtape";
import { own } from "./async/own.ts";
import { within } from "./async/within.ts";
import type { RequestGate } from "./http/door/gate.ts";
import { linger } from "./http/door/linger.ts";
import type { JobRegistry } from "./jobs/job_registry.ts";

/** How long answers of 503 may take to reach their clients. */
export const FLUSH_MS = 250;

/** How long threads may take to stop after the deadline; the exit of the process ends the rest. */
export const STOP_MS = 1500;

/** How often a server that a task started checks that the task still runs. */
const PARENT_MS = 500;

/** Read when the program begins: the parent may be gone before the server listens. */
const PARENT = Deno.ppid;

/** `deno task` and npm set this variable for the processes that they start. */
export const TASK_VARIABLE = "INIT_CWD";

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** The parts of a server that `drain` stops. */
export interface Stoppable {
  gate: Pick<RequestGate, "close">;
  server: Pick<Deno.HttpServer, "shutdown">;
  engine: { close(options: { deadlineMs: number }): Promise<void> };
  jobs: Pick<JobRegistry, "stop" | "drained" | "close">;
}

/**
 * Takes no new requests, lets requests and jobs finish, and frees threads and port. A job that has
 * not finished by the deadline fails with `engine_closed`. A job whose input is kept is handed back
 * to the store instead, and the next server that opens the store finishes it.
 *
 * The port closes when every request that came before the drain has its answer: closing it earlier
 * would break the uploads that are under way.
 *
 * @param timeoutMs How long running work may go on.
 */
export async function drain(parts: Stoppable, timeoutMs: number): Promise<void> {
  const { gate, server, engine, jobs } = parts;
  const deadline = performance.now() + timeoutMs;
  jobs.stop();
  using _hurry = linger.hurry();
  const served = gate.close().then(() => server.shutdown());
  await within(Promise.all([served, jobs.drained()]), timeoutMs);
  const deadlineMs = Math.max(0, deadline - performance.now());
  await within(engine.close({ deadlineMs }), deadlineMs + STOP_MS);
  await within(Promise.all([served, jobs.drained()]), FLUSH_MS);
  await jobs.close();
}

/**
 * Stops and exits with 0 at the first SIGINT or SIGTERM. The second exits at once, with 128 plus the
 * signal's number. The end of the task runner that started the server counts as a first signal.
 *
 * @param stop Runs once, at the first signal; a failure of it is logged, and the exit code is 1.
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
  followTask(() => stopping || begin());
}

/**
 * Calls back when the task runner that started this process is gone. A task runner that is killed
 * tells its server nothing, and the server would keep the port. Only the child of a task follows its
 * parent: a shell that ends after `serve &` wants the server to go on.
 */
export function followTask(orphaned: () => void): void {
  if (Deno.env.get(TASK_VARIABLE) === undefined) return;
  const timer = setInterval(() => {
    if (Deno.ppid === PARENT) return;
    clearInterval(timer);
    orphaned();
  }, PARENT_MS);
  Deno.unrefTimer(timer);
}

import { threadMs } from "../../../tests/support/cost.ts";
import { pause } from "../../../tests/support/waits.ts";

/** The system counts the time of a thread that sleeps exactly, and of one that runs by ticks. */
const SETTLE_MS = 1;
/** What Deno calls the threads of Web Workers. */
const WORKER = "worker-";

/** The milliseconds for which this thread has a core while it does something. */
export async function timeOwnCore(run: () => void): Promise<number> {
  await pause(SETTLE_MS);
  const started = threadMs();
  run();
  await pause(SETTLE_MS);
  return threadMs() - started;
}

/**
 * The milliseconds for which the process's Web Workers have cores while they do something; all that
 * passes where the system does not tell.
 */
export async function timeWorkerCores(run: () => Promise<void>): Promise<number> {
  await pause(SETTLE_MS);
  const started = await workersMs();
  await run();
  await pause(SETTLE_MS);
  return await workersMs() - started;
}

/** The milliseconds for which the Web Workers of a process have had cores. */
export async function workersMs(pid: number | "self" = "self"): Promise<number> {
  if (Deno.build.os !== "linux") return performance.now();
  let nanoseconds = 0;
  for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
    try {
      const read = (file: string) => Deno.readTextFile(`/proc/${pid}/task/${name}/${file}`);
      if ((await read("comm")).startsWith(WORKER)) {
        nanoseconds += Number((await read("schedstat")).split(" ")[0]);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // the thread has ended meanwhile
    }
  }
  return nanoseconds / 1e6;
}

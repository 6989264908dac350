import { threadMs } from "../../../tests/support/cost.ts";
import { pause } from "../../../tests/support/waits.ts";

/** The system counts the time of a thread that sleeps exactly, and of one that runs by ticks. */
const SETTLE_MS = 1;
/** What Deno calls the threads of Web Workers. */
const WORKER = "worker-";

/** The milliseconds for which this thread has a core while it does something. */
export async function timeOwnCore(run: () => void): Promise<number> {
  const { before, after } = await readAround(threadMs, run);
  return after - before;
}

/**
 * The milliseconds for which the process's Web Workers have cores while they do something; all that
 * passes where the system does not tell.
 */
export async function timeWorkerCores(run: () => Promise<void>): Promise<number> {
  const { before, after } = await readAround(workersMs, run);
  return after - before;
}

/** Does something, and reads what threads have had before it and after it. */
async function readAround<R, T>(read: () => R | Promise<R>, run: () => T | Promise<T>) {
  await pause(SETTLE_MS);
  const before = await read();
  const result = await run();
  await pause(SETTLE_MS);
  return { before, after: await read(), result };
}

/** The milliseconds for which the Web Workers of a process have had cores. */
export async function workersMs(pid: number | "self" = "self"): Promise<number> {
  if (Deno.build.os !== "linux") return performance.now();
  return sumOf((await readThreads(pid)).values().filter(isWorker));
}

/**
 * The least milliseconds that something of this process takes on cores that nothing else wants, by the
 * time for which its threads have had cores: that of the host, or of all Web Workers, who share what is
 * to do, or of all threads, who share the cores. NaN where the system does not tell.
 *
 * @param workers As many as work.
 */
export async function timeOnIdleCores<T>(
  workers: number,
  run: () => Promise<T>,
): Promise<[result: T, ms: number]> {
  if (Deno.build.os !== "linux") return [await run(), NaN];
  const { before, after, result } = await readAround(readThreads, run);
  const costs = [...after].map(([id, { name, ms }]) => ({
    name,
    ms: ms - (before.get(id)?.ms ?? 0),
  }));
  const ofWorkers = sumOf(costs.filter(isWorker));
  const most = Math.max(...costs.filter((cost) => !isWorker(cost)).map(({ ms }) => ms));
  const all = sumOf(costs);
  return [result, Math.max(most, ofWorkers / workers, all / navigator.hardwareConcurrency)];
}

interface Thread {
  name: string;
  /** For which it has had a core. */
  ms: number;
}

function isWorker({ name }: Thread): boolean {
  return name.startsWith(WORKER);
}

function sumOf(threads: Iterable<Thread>): number {
  return Iterator.from(threads).reduce((sum, { ms }) => sum + ms, 0);
}

/** The threads of a process that have not ended, by their numbers. */
async function readThreads(pid: number | "self" = "self"): Promise<Map<string, Thread>> {
  const threads = new Map<string, Thread>();
  for await (const { name: id } of Deno.readDir(`/proc/${pid}/task`)) {
    try {
      const read = (file: string) => Deno.readTextFile(`/proc/${pid}/task/${id}/${file}`);
      const nanoseconds = Number((await read("schedstat")).split(" ")[0]);
      threads.set(id, { name: await read("comm"), ms: nanoseconds / 1e6 });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // the thread has ended meanwhile
    }
  }
  return threads;
}

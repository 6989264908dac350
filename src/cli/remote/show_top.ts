import { sleep } from "../../async/sleep.ts";
import type { JobDocument, Millrace } from "../../client/mod.ts";
import { usageError } from "../terminal/explain.ts";
import { onInterrupt } from "../terminal/on_interrupt.ts";
import { Live } from "../terminal/live.ts";
import { canDraw } from "../terminal/look.ts";
import { print } from "../terminal/stdout.ts";
import { askServer } from "./ask_server.ts";
import type { ServerChoice } from "./server_options.ts";
import { formatTop, formatTopLines, type Shown } from "./top_view.ts";

/** Jobs that are shown: those that run, and the newest of the others. */
const MOST_JOBS = 20;

type Options = ServerChoice & { once?: true; interval: string };

/** `millrace top`. */
export function showTop({ once, interval, ...options }: Options): Promise<void> {
  const pauseMs = readInterval(interval);
  const look = async (millrace: Millrace): Promise<Shown> => {
    const [engine, jobs] = await Promise.all([millrace.status(), readJobs(millrace)]);
    return { engine, jobs, url: options.server, at: performance.now() };
  };
  return askServer(options, async (millrace) => {
    if (options.json) return print(JSON.stringify(await millrace.status()) + "\n");
    if (!canDraw(Deno.stdout)) return print(formatTopLines(await look(millrace)));
    if (once) return print(formatTop(await look(millrace)));
    onInterrupt(() => {});
    const live = new Live();
    let before: Shown | undefined;
    for (;;) {
      const shown = await look(millrace);
      live.show(formatTop(shown, before));
      before = shown;
      await sleep(pauseMs);
    }
  });
}

function readInterval(text: string): number {
  const seconds = Number(text);
  if (seconds >= 0.1 && seconds <= 3600) return seconds * 1000;
  throw usageError(`Cannot read --interval: '${text}' is no number of seconds from 0.1 to 3600`);
}

async function readJobs(millrace: Millrace): Promise<JobDocument[]> {
  const jobs = new Map<string, JobDocument>();
  for (const state of ["running", undefined] as const) {
    for await (const job of millrace.jobs.list({ state, limit: MOST_JOBS })) {
      if (jobs.size === MOST_JOBS) break;
      jobs.set(job.id, job);
    }
  }
  return [...jobs.values()];
}

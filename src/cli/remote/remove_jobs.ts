import type { Job, Millrace } from "../../client/mod.ts";
import { CommandError } from "../terminal/explain.ts";
import { askServer } from "./ask_server.ts";
import { findJob } from "./find_job.ts";
import type { ServerChoice } from "./server_options.ts";
import { say } from "../terminal/say.ts";

/** `millrace jobs cancel`: for jobs that run; the result of one that has ended is not lost by it. */
export function cancelJob(given: string, options: ServerChoice): Promise<void> {
  return askServer(options, async (millrace) => {
    const job = await openJob(millrace, given);
    const { finishedAt, state } = await job.status();
    if (finishedAt !== undefined) {
      const message = `Cannot cancel job ${job.id}: it has ended, and is ${state}`;
      throw new CommandError(message, `Forget it with: millrace jobs rm ${job.id}`);
    }
    await job.cancel();
    say(`Job ${job.id} is cancelled`);
  });
}

/** `millrace jobs rm`: all of them, or none if one may not be. */
export function removeJobs(
  given: readonly string[],
  { force, ...options }: ServerChoice & { force?: true },
): Promise<void> {
  return askServer(options, async (millrace) => {
    const jobs: Job[] = [];
    for (const each of given) jobs.push(await openJob(millrace, each));
    for (const { id, finishedAt } of await Promise.all(jobs.map((job) => job.status()))) {
      if (finishedAt !== undefined || force) continue;
      const advice = `End it with: millrace jobs cancel ${id}; or say --force`;
      throw new CommandError(`Cannot forget job ${id}: it has not ended`, advice);
    }
    for (const job of jobs) await job.cancel();
    say(
      jobs.length === 1 ? `Job ${jobs[0].id} is forgotten` : `${jobs.length} jobs are forgotten`,
    );
  });
}

async function openJob(millrace: Millrace, given: string): Promise<Job> {
  return millrace.jobs.get(await findJob(millrace, given));
}

import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { JOB_STATES } from "../contract/job_states.ts";
import { resultOptions } from "./remote/result_options.ts";
import { jsonOption, keyFileOption, serverOption } from "./remote/server_options.ts";

const EXAMPLES = `Examples:
  millrace jobs                            the jobs of the server, the newest first
  millrace jobs show 0197                  the job whose id begins so
  millrace jobs result 0197 --top 10       its counts, once it has ended
  millrace jobs rm 0197 0198               forget two
`;

/** `millrace jobs`: the jobs of a server. */
export function jobsCommand(): CommandUnknownOpts {
  return new Command("jobs")
    .description("Jobs of a server: list, show, read, cancel, forget")
    .helpCommand(false)
    .addHelpText("before", EXAMPLES)
    .addCommand(listCommand() as CommandUnknownOpts, { isDefault: true })
    .addCommand(showCommand() as CommandUnknownOpts)
    .addCommand(resultCommand() as CommandUnknownOpts)
    .addCommand(cancelCommand() as CommandUnknownOpts)
    .addCommand(removeCommand() as CommandUnknownOpts);
}

function listCommand() {
  return new Command("list")
    .description("List jobs, the newest first")
    .addOption(new Option("--state <state>", "only jobs in this state").choices(JOB_STATES))
    .addOption(new Option("--limit <n>", "most jobs to list; 0 for all").default("50"))
    .addOption(jsonOption())
    .addOption(serverOption())
    .addOption(keyFileOption())
    .action(async (options) => {
      const { listJobs } = await import("./remote/list_jobs.ts");
      await listJobs(options);
    });
}

function showCommand() {
  return new Command("show")
    .description("Show how far a job is, and what it counts")
    .argument("<id>", "the job, or the beginning of its id")
    .addOption(jsonOption())
    .addOption(serverOption())
    .addOption(keyFileOption())
    .action(async (id, options) => {
      const { showJob } = await import("./remote/show_job.ts");
      await showJob(id, options);
    });
}

function resultCommand() {
  const command = new Command("result")
    .description("Wait for a job's end and print its counts")
    .argument("<id>", "the job, or the beginning of its id");
  for (const option of resultOptions()) command.addOption(option);
  return command
    .option("-o, --output <file>", "write to a file; its name may tell the form")
    .addOption(serverOption())
    .addOption(keyFileOption())
    .action(async (id, options) => {
      const { printResult } = await import("./remote/print_result.ts");
      await printResult(id, options);
    });
}

function cancelCommand() {
  return new Command("cancel")
    .description("End a job that runs; the server forgets it")
    .argument("<id>", "the job, or the beginning of its id")
    .addOption(serverOption())
    .addOption(keyFileOption())
    .action(async (id, options) => {
      const { cancelJob } = await import("./remote/remove_jobs.ts");
      await cancelJob(id, options);
    });
}

function removeCommand() {
  return new Command("rm")
    .description("Make the server forget jobs that have ended, and their results")
    .argument("<id...>", "jobs, or the beginnings of their ids")
    .option("-f, --force", "also those that run, which end")
    .addOption(serverOption())
    .addOption(keyFileOption())
    .action(async (ids, options) => {
      const { removeJobs } = await import("./remote/remove_jobs.ts");
      await removeJobs(ids, options);
    });
}

import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { jsonOption, keyFileOption, serverOption } from "./remote/server_options.ts";

const EXAMPLES = `Examples:
  millrace watch 0197                      how a job goes on, and its largest counts so far
  millrace watch 0197 --top 0 | cat        a line for each step, without counts
`;

/** `millrace watch`: how a job goes on, until it ends. */
export function watchCommand(): CommandUnknownOpts {
  return new Command("watch")
    .description("Watch a job until it ends, with its largest counts so far")
    .addHelpText("before", EXAMPLES)
    .argument("<id>", "the job, or the beginning of its id; all of it while its body is sent")
    .option("--top <n>", "how many of the largest counts; 0 for none", "10")
    .addOption(jsonOption())
    .addOption(serverOption())
    .addOption(keyFileOption())
    .action(async (id, options) => {
      const { watchJob } = await import("./remote/watch_job.ts");
      await watchJob(id, options);
    });
}

import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { jsonOption, keyFileOption, serverOption } from "./remote/server_options.ts";

const EXAMPLES = `Examples:
  millrace top                             threads, queues and jobs, refreshed each second
  millrace top --once | grep running       once, for programs
`;

/** `millrace top`: what a server is doing. */
export function topCommand(): CommandUnknownOpts {
  return new Command("top")
    .description("Show what a server is doing: threads, queues, memory, jobs")
    .addHelpText("before", EXAMPLES)
    .option("--once", "show it once and end, as in a pipe")
    .option("--interval <seconds>", "how often it is refreshed", "1")
    .addOption(jsonOption())
    .addOption(serverOption())
    .addOption(keyFileOption())
    .action(async (options) => {
      const { showTop } = await import("./remote/show_top.ts");
      await showTop(options);
    });
}

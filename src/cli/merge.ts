import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { inputOptions, MERGE_SHOWN, outputOptions } from "./algebra/options.ts";
import { apiRows } from "./count/flags.ts";
import { createOption } from "./count/create_option.ts";

const EXAMPLES = `Examples:
  millrace merge monday.tsv tuesday.csv    each key with the sum of its counts
  millrace merge --weights 7,1 -k all a b  the counts of a seven times
  sort log | uniq -c | millrace merge - b  what uniq -c prints is a list, too
  millrace merge --server URL 0197 0198    results of jobs of a server
`;

/** `millrace merge`: several results as one. */
export function mergeCommand(): CommandUnknownOpts {
  const command = new Command("merge")
    .description("Put results together: each key with the sum of its counts, exactly")
    .addHelpText("before", EXAMPLES)
    .argument("<result...>", "lists of keys and counts, - for stdin; with --server also jobs")
    .option("--weights <list>", "how often each result counts, such as 7,1 (default: once)");
  for (const option of inputOptions({ ofTexts: false })) command.addOption(option);
  for (const option of apiRows(MERGE_SHOWN).map(createOption)) command.addOption(option);
  for (const option of outputOptions({ uniq: true })) command.addOption(option);
  return command.action(async (words, options) => {
    const { runMerge } = await import("./algebra/run_merge.ts");
    await runMerge(words, options);
  }) as unknown as CommandUnknownOpts;
}

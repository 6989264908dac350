import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { COMPARE_SHOWN, inputOptions, outputOptions } from "./algebra/options.ts";
import { apiRows } from "./count/flags.ts";
import { createOption } from "./count/create_option.ts";

const EXAMPLES = `Examples:
  millrace compare today.txt usual.txt     the words that mark either text against the other
  millrace compare -k 10 --in a a.tsv b    ten that are in the list a alone
  millrace compare --measure diff a b      by how many per cent more frequent in a
  millrace compare --server URL 0197 0198  results of jobs of a server
`;

/** `millrace compare`: two results beside each other. */
export function compareCommand(): CommandUnknownOpts {
  const command = new Command("compare")
    .description("Compare two texts or results: which keys mark one against the other")
    .addHelpText("before", EXAMPLES)
    .argument("<a>", "a text, or a list of keys and counts; - for stdin; with --server also a job")
    .argument("<b>", "the other one");
  for (const option of apiRows(COMPARE_SHOWN).map(createOption)) command.addOption(option);
  for (const option of inputOptions({ ofTexts: true })) command.addOption(option);
  for (const option of outputOptions({ uniq: false })) command.addOption(option);
  return command.action(async (a, b, options) => {
    const { runCompare } = await import("./algebra/run_compare.ts");
    await runCompare([a, b], options);
  }) as unknown as CommandUnknownOpts;
}

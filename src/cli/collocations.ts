import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { COLLOCATIONS_SHOWN, inputOptions, outputOptions, PAIR_KEYS } from "./algebra/options.ts";
import { apiRows } from "./count/flags.ts";
import { createOption } from "./count/create_option.ts";

const EXAMPLES = `Examples:
  millrace collocations moby.txt                   pairs of words that attract each other
  millrace collocations --score pmi --min 5 a b    by mutual information, of both files together
  millrace -n 2 -k all -f tsv a > pairs.tsv        what pairs were counted is a list,
  millrace collocations pairs.tsv                  which is scored as well
  millrace collocations --server URL 0197          the result of a job of a server
`;

/** `millrace collocations`: which words attract each other. */
export function collocationsCommand(): CommandUnknownOpts {
  const command = new Command("collocations")
    .description("Score pairs of words: which attract each other")
    .addHelpText("before", EXAMPLES)
    .argument("<text...>", "texts, or lists of pairs and counts; with --server also a job of n=2");
  for (const option of apiRows(COLLOCATIONS_SHOWN).map(createOption)) command.addOption(option);
  for (const option of inputOptions({ ofTexts: true, keys: PAIR_KEYS })) command.addOption(option);
  for (const option of outputOptions({ uniq: false })) command.addOption(option);
  return command.action(async (words, options) => {
    const { runCollocations } = await import("./algebra/run_collocations.ts");
    await runCollocations(words, options);
  }) as unknown as CommandUnknownOpts;
}

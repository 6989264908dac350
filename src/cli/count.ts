import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { countRows } from "./count/count_rows.ts";
import { createOption } from "./count/create_option.ts";

const EXAMPLES = `Examples:
  millrace moby.txt                        the 100 most frequent words
  millrace -k 10 -f json -o top.json *.txt ten of several files, as JSON in a file
  millrace -t lines -k all -f uniq < log   what 'sort | uniq -c | sort -rn' prints
  millrace -r -n 2 docs                    pairs of words in all files below a folder
  millrace --total --per-file *.gz         how many words, and different ones, each file has
  zcat huge.gz | millrace -                stdin, as it streams in
`;

const ENDS = `
-f uniq with -t lines implies --keep-cr and --bom keep; bytes that are no UTF-8 become U+FFFD.

Exit codes: 0 done, 1 failed, 2 usage, 3 counted without some inputs, 4 refused by a server, 130
interrupted. Variables: MILLRACE_SERVER, MILLRACE_API_KEY, NO_COLOR, COLUMNS.`;

/** `millrace count`, which is also what `millrace FILE` is. */
export function countCommand(): CommandUnknownOpts {
  const command = new Command("count")
    .description("Count words, lines or other keys of files, exactly")
    .addHelpText("before", EXAMPLES)
    .addHelpText("after", ENDS)
    .argument("[file...]", "files, folders, globs, URLs, s3://BUCKET/KEY, or - for stdin");
  for (const row of countRows()) command.addOption(createOption(row));
  return command.action(async (files, options, self) => {
    if (files.length === 0 && Deno.stdin.isTerminal()) {
      return (self.parent ?? self as unknown as Command).outputHelp();
    }
    const { runCount } = await import("./count/run_count.ts");
    await runCount(files, options);
  }) as unknown as CommandUnknownOpts;
}

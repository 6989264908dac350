import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { OUTPUT_PARAMETERS } from "../contract/options.ts";
import { apiOptions, OWN_FORMS } from "./count/flags.ts";
import { keyFileOption } from "./remote/server_options.ts";

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
    .argument("[file...]", "files, folders, globs, URLs, or - for stdin");
  for (const option of apiOptions()) command.addOption(option);
  const { values } = OUTPUT_PARAMETERS.format;
  return command
    .option("--option <name=value>", "an option of the kernel, with --kernel", collect)
    .addOption(
      new Option(
        "-f, --format <form>",
        "form of the answer; table on a terminal, tsv elsewhere, or as the name of -o says",
      ).choices([...values, ...OWN_FORMS]),
    )
    .option("-o, --output <file>", "write to a file, which appears when all is written")
    .option("--total", "totals alone, without keys")
    .option("--per-file", "count each file by itself")
    .option("-r, --recursive", "count the files below folders, but hidden ones and what is no text")
    .addOption(
      new Option("--decompress <mode>", "whether compressed files are decompressed")
        .choices(["auto", "none"]).default("auto"),
    )
    .option("--strict", "fail at the first file that cannot be counted; else the rest is counted")
    .option("--workers <n>", "threads that count (default: one per core)")
    .option("--memory <size>", "shared memory, such as 512MiB (default: half of the machine's)")
    .option("--spill-dir <folder>", "where counts go that memory does not hold, or none")
    .addOption(
      new Option("--progress <mode>", "auto draws a bar on a terminal, plain prints lines")
        .choices(["auto", "plain", "none"]).default("auto"),
    )
    .option("-q, --quiet", "nothing on stderr but errors")
    .addOption(
      new Option("--color <when>", "whether a table has colours").choices([
        "auto",
        "always",
        "never",
      ]).default("auto"),
    )
    .addOption(
      new Option("--server <url>", "count on a server and not here").env("MILLRACE_SERVER"),
    )
    .addOption(keyFileOption() as unknown as Option)
    .option("--detach", "print the id of a job of the server and do not wait for its end")
    .action(async (files, options, self) => {
      if (files.length === 0 && Deno.stdin.isTerminal()) {
        return (self.parent ?? self as unknown as Command).outputHelp();
      }
      const { runCount } = await import("./count/run_count.ts");
      await runCount(files, options);
    }) as unknown as CommandUnknownOpts;
}

function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Command, CommanderError } from "commander";
import {
  COMMAND_NAMES,
  type CommandName,
  COMPLETIONS,
  DEFAULT_COMMAND,
  isCommand,
  OTHER_WORDS,
} from "./command_names.ts";
import { readFlag } from "./count/flags.ts";
import { VERSION } from "../version.ts";
import { EXIT } from "./terminal/exit_codes.ts";
import { explain, usageError } from "./terminal/explain.ts";
import { ReaderGone } from "./terminal/sink.ts";
import { say } from "./terminal/say.ts";

// The tree of commands. To add a command:
//
// 1. `src/cli/NAME.ts` exports `nameCommand(): CommandUnknownOpts`, which only describes it: its
//    words, options and help. Its action imports what it works with, so that no other command, no
//    help and no completion waits for that.
// 2. The table below gets a line, and command_names.ts its name.
//
// An action sets `Deno.exitCode` to one of EXIT where all did not go well, and throws for the rest:
// `explain` makes an exit code and lines for the terminal of whatever was thrown.

const COMMANDS: Readonly<Record<CommandName, () => Promise<CommandUnknownOpts>>> = {
  count: async () => (await import("./count.ts")).countCommand(),
  merge: async () => (await import("./merge.ts")).mergeCommand(),
  compare: async () => (await import("./compare.ts")).compareCommand(),
  collocations: async () => (await import("./collocations.ts")).collocationsCommand(),
  jobs: async () => (await import("./jobs.ts")).jobsCommand(),
  watch: async () => (await import("./watch.ts")).watchCommand(),
  top: async () => (await import("./top.ts")).topCommand(),
  kernels: async () => (await import("./kernels.ts")).kernelsCommand(),
  keys: async () => (await import("./keys.ts")).keysCommand(),
  serve: async () => (await import("./serve.ts")).serveCommand(),
  bench: async () => (await import("./bench.ts")).benchCommand(),
  doctor: async () => (await import("./doctor.ts")).doctorCommand(),
};

const EXAMPLES = `Examples:
  millrace moby.txt                  the most frequent words of a file
  millrace -t lines -k all -f uniq - what 'sort | uniq -c | sort -rn' prints, of stdin
  millrace -r -n 2 src               pairs of words in all files below a directory
  millrace count --help              all options of counting
`;

/** What the parser says has words of the command line in it. */
const OUTPUT = { writeErr: (text: string) => say(text.trimEnd()) };

/**
 * The program with some of its commands, or all: a command line that names one needs no other.
 *
 * @param names Of the table above. @default {all}
 */
export async function createProgram(
  names: readonly string[] = [...COMMAND_NAMES, COMPLETIONS],
): Promise<Command> {
  const program = new Command("millrace")
    .description("Exact counts of words, lines and other keys, on every core")
    .version(`millrace ${VERSION}`, "--version")
    .usage("[count] [FILE|DIR|GLOB|URL|-]...   or   millrace COMMAND ...")
    .addHelpText("before", EXAMPLES)
    .showHelpAfterError("Try --help")
    .configureOutput(OUTPUT)
    .exitOverride();
  for (const name of names) {
    if (name === COMPLETIONS) continue;
    const command = (await COMMANDS[name as CommandName]()) as unknown as Command;
    inherit(command);
    program.addCommand(command, { isDefault: name === DEFAULT_COMMAND });
  }
  if (!names.includes(COMPLETIONS)) return program;
  (await import("./completions.ts")).addCompletions(program, DEFAULT_COMMAND);
  return program;
}

/** Runs a command line. @returns The exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let program: Command | undefined;
  try {
    await checkHelp(args);
    program = await createProgram(neededFor(args));
    await program.parseAsync(args.map(readFlag), { from: "user" });
    return Deno.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return await tellFailure(error, args);
    if (error.code === "commander.excessArguments") await hintBelow(program, args);
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

/** Says why a command has ended. @returns The exit code. */
export async function tellFailure(error: unknown, args: readonly string[]): Promise<number> {
  if (error instanceof ReaderGone) return EXIT.done;
  const { code, lines } = explain(error);
  for (const line of [...lines, ...await hintAt(args, lines)]) say(line);
  return code;
}

/** What a word that was taken for a file, which is not there, may have been meant for. */
async function hintAt(
  [first = ""]: readonly string[],
  [failure = ""]: readonly string[],
): Promise<string[]> {
  const [, word] = /^Cannot read '(.+)': there is none$/.exec(failure) ?? [];
  if (word === undefined || isCommand(first)) return [];
  if (isCommand(word)) return [`Commands come first: millrace ${word}`];
  return word === first ? await nearestOf(word, COMMAND_NAMES) : [];
}

async function nearestOf(word: string, names: readonly string[], before = ""): Promise<string[]> {
  const { findNearest } = await import("../contract/nearest.ts");
  const nearest = findNearest(word, names);
  return nearest === undefined ? [] : [`The nearest command is '${before}${nearest}'`];
}

/** Says of `jobs lst` what it may have been meant for. */
async function hintBelow(program: Command | undefined, [first, word = "-"]: readonly string[]) {
  const { commands } = program?.commands.find((each) => each.name() === first) ?? {};
  if (!commands?.length || word.startsWith("-")) return;
  const names = commands.map((each) => each.name());
  (await nearestOf(word, names, `${first} `)).forEach(say);
}

/** @throws {CommandError} For help with what is no command, which the parser calls for all. */
async function checkHelp([first, word]: readonly string[]): Promise<void> {
  const names = [...COMMAND_NAMES, COMPLETIONS, "help"];
  if (first !== "help" || !word || word.startsWith("-") || names.includes(word)) return;
  const [nearest = "Try --help"] = await nearestOf(word, names);
  throw usageError(`Cannot help with '${word}': there is no such command`, nearest);
}

/** The commands that a command line may mean. */
function neededFor([first]: readonly string[]): string[] | undefined {
  if (first !== undefined && isCommand(first)) return [first];
  if (first === undefined && !Deno.stdin.isTerminal()) return [DEFAULT_COMMAND];
  const isForAll = first === undefined || OTHER_WORDS.includes(first);
  return isForAll ? undefined : [DEFAULT_COMMAND];
}

/** Commands that are added, and those below them, do as the program does with what is wrong. */
function inherit(command: Command): void {
  command.exitOverride().showHelpAfterError("Try --help").configureOutput(OUTPUT);
  command.commands.forEach((each) => inherit(each as Command));
}

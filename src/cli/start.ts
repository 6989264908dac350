import { DEFAULT_COMMAND, isCommand, OTHER_WORDS } from "./command_names.ts";
import { readFlag } from "./count/flags.ts";
import { type CountLine, readCountLine } from "./count/read_line.ts";
import { runCount } from "./count/run_count.ts";

/**
 * Runs a command line. A plain count begins at once; for all else, and for what is wrong, the parser
 * of all commands is loaded.
 *
 * @returns The exit code.
 */
export async function start(args: readonly string[]): Promise<number> {
  const line = readPlainCount(args);
  if (line === undefined) return (await import("./program.ts")).main(args);
  try {
    await runCount(line.words, line.given);
    return Deno.exitCode;
  } catch (error) {
    return await (await import("./program.ts")).tellFailure(error, args);
  }
}

/** The line, if it is one of a count that needs no parser; see `readCountLine`. */
export function readPlainCount(args: readonly string[]): CountLine | undefined {
  const [first = ""] = args;
  if (OTHER_WORDS.includes(first) || isCommand(first) && first !== DEFAULT_COMMAND) {
    return undefined;
  }
  const words = args.map(readFlag);
  const line = readCountLine(first === DEFAULT_COMMAND ? words.slice(1) : words);
  return line?.words.length === 0 && Deno.stdin.isTerminal() ? undefined : line;
}

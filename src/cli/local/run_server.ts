import { StartError } from "../../server.ts";
import { UsageError } from "../../settings/flags.ts";
import { formatHelp } from "../../settings/help.ts";
import { parseServerOptions } from "../../settings/parse_server_options.ts";
import { VERSION } from "../../version.ts";
import { serve } from "./serve.ts";
import { say } from "../terminal/say.ts";

/**
 * The server as a program: its options and its exit codes.
 *
 * @returns The exit code of a process that has done all that was asked, or undefined: it serves.
 */
export async function runServer(args: readonly string[]): Promise<number | undefined> {
  const env = (name: string) => Deno.env.get(name);
  try {
    const options = parseServerOptions(args, env, variableNames());
    if (options === "help") console.log(formatHelp());
    else if (options === "version") console.log(`millrace ${VERSION}`);
    else return void await serve(options, env);
    return 0;
  } catch (error) {
    return explain(error);
  }
}

/** None where the process may read only some variables, by their names. */
function variableNames(): string[] {
  try {
    return Object.keys(Deno.env.toObject());
  } catch {
    return [];
  }
}

/** The one way in which a start fails: 2 for options that cannot be read, 1 for the rest. */
function explain(error: unknown): number {
  const isUsage = error instanceof UsageError;
  if (!isUsage && !(error instanceof StartError)) throw error;
  say([error.message, ...(isUsage ? ["Try --help"] : error.advice)].join("\n"));
  return isUsage ? 2 : 1;
}

import { parseArgs } from "node:util";
import { findNearest } from "../contract/nearest.ts";

/** What to do where no option is near. */
export const LISTED = "--help lists all";

/** A command line or an environment that cannot be read; the message is for the user. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** One flag of a command. */
export interface Flag {
  /** Whether a value follows the flag, or the flag stands alone. */
  type: "string" | "boolean";
  /** A single letter that means the same. */
  short?: string;
}

/** What a command line says, by the name of the flag. */
export type FlagValues<F extends Record<string, Flag>> = {
  [K in keyof F]?: F[K]["type"] extends "boolean" ? boolean : string;
};

/** A command line, read. */
export interface ParsedFlags<F extends Record<string, Flag>> {
  flags: FlagValues<F>;
  /** What is not a flag: a command and what it works on. */
  words: string[];
}

/**
 * Reads the flags of a command line.
 *
 * @param known Every flag of the command, by its name without the dashes.
 * @param takesWords Whether arguments may stand beside the flags. @default {false}
 * @throws {UsageError} If a flag is unknown, with the nearest one that is known; if a value is
 * missing, or too many are given.
 */
export function parseFlags<const F extends Record<string, Flag>>(
  args: readonly string[],
  known: F,
  { takesWords = false } = {},
): ParsedFlags<F> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: known,
      allowPositionals: takesWords,
    });
    return { flags: values as FlagValues<F>, words: positionals };
  } catch (error) {
    const reason = explain((error as Error).message, known);
    throw new UsageError(`Cannot read the command line: ${reason}`, { cause: error });
  }
}

/** @param message What `parseArgs` says, which is about programs more than about their users. */
function explain(message: string, known: Readonly<Record<string, Flag>>): string {
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
  if (unknown !== undefined) {
    const nearest = findNearest(unknown.replace(/^-+/, ""), Object.keys(known));
    return `there is no option ${unknown}; ${nearest ? `the nearest is --${nearest}` : LISTED}`;
  }
  const word = /^Unexpected argument '([^]*)'\. /.exec(message)?.[1];
  if (word === undefined) return message;
  const switches = Object.entries(known).filter(([, { type }]) => type === "boolean");
  const names = switches.map(([name]) => `--${name}`).join(", ");
  return `'${word}' belongs to no option${names && `; these take no value: ${names}`}`;
}

/** What `millrace WORD` may be; all else is a file. */
export const COMMAND_NAMES = [
  "count",
  "merge",
  "compare",
  "collocations",
  "jobs",
  "watch",
  "top",
  "kernels",
  "keys",
  "serve",
  "bench",
  "doctor",
] as const;

/** A word that is a command. */
export type CommandName = typeof COMMAND_NAMES[number];

/** What `millrace FILE` is. */
export const DEFAULT_COMMAND = "count" satisfies CommandName;

/** What completes all commands. */
export const COMPLETIONS = "completions";

/** The other words that may stand first and are no files. */
export const OTHER_WORDS = ["help", "complete", COMPLETIONS, "--help", "-h"];

export function isCommand(word: string): word is CommandName {
  return (COMMAND_NAMES as readonly string[]).includes(word);
}

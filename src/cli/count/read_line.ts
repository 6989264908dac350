import { countRows } from "./count_rows.ts";
import { attributeOf, type OptionRow } from "./flags.ts";
import type { Given } from "./read_api.ts";

/** What a line says: words that are no options, and what the options are. */
export interface CountLine {
  words: string[];
  given: Given;
}

/** An option as a line names it. */
interface KnownOption extends OptionRow {
  attribute: string;
  takesValue: boolean;
}

/** The form of a row's flags. */
const FLAGS = /^(?:(-\w), )?(--[\w-]+)( <.+>)?$/;

/** A word that may mean something to the parser of all commands, whatever stands before it. */
const IS_FLAG = /^-./;

/**
 * Reads plain command lines of `millrace count`, and gives what the parser of all commands gives. To
 * load that one takes longer than to count a small file.
 *
 * @param args What follows `count`, names of options as the command line writes them.
 * @returns Undefined for what only that parser understands, or can tell what is wrong with it.
 */
export function readCountLine(args: readonly string[]): CountLine | undefined {
  const options = knownOptions();
  const words: string[] = [];
  const said: Record<string, unknown> = {};
  for (let at = 0; at < args.length; at++) {
    const word = args[at];
    if (!IS_FLAG.test(word)) {
      words.push(word);
      continue;
    }
    const { name, joined } = cutFlag(word);
    const option = options.get(name);
    if (option === undefined) return undefined;
    const value = option.takesValue ? joined ?? args[++at] : joined === undefined || undefined;
    if (value === undefined || !isPlain(value, option)) return undefined;
    const { attribute, isList } = option;
    said[attribute] = isList ? [...said[attribute] as string[] ?? [], value] : value;
  }
  return { words, given: { ...standards(options.values()), ...said } };
}

/** `--top=5` and `-k5` as name and value. */
function cutFlag(word: string): { name: string; joined?: string } {
  if (!word.startsWith("--")) return { name: word.slice(0, 2), joined: word.slice(2) || undefined };
  const at = word.indexOf("=");
  return at < 0 ? { name: word } : { name: word.slice(0, at), joined: word.slice(at + 1) };
}

function isPlain(value: string | true, { choices }: KnownOption): boolean {
  return value === true || !IS_FLAG.test(value) && (choices?.includes(value) ?? true);
}

/** What options are that are not said. */
function standards(options: Iterable<KnownOption>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { attribute, env, ...option } of options) {
    const value = (env === undefined ? undefined : Deno.env.get(env)) ?? option.default;
    if (value !== undefined) values[attribute] = value;
  }
  return values;
}

function knownOptions(): Map<string, KnownOption> {
  const options = new Map<string, KnownOption>();
  for (const row of countRows()) {
    const [, short, long, value] = FLAGS.exec(row.flags)!;
    const option = { ...row, attribute: attributeOf(long), takesValue: value !== undefined };
    options.set(long, option);
    if (short !== undefined) options.set(short, option);
  }
  return options;
}

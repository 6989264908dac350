import { parseArgs } from "node:util";
import { findNearest } from "../../src/contract/nearest.ts";

/** An option of a benchmark: `--name value`. */
export interface Option<T = unknown> {
  about: string;
  /** What is read when the option is absent; undefined if the value is then undefined. */
  default?: string;
  /** What the value may be, in words. */
  form: string;
  /** The value, or null when the text has another form. */
  read(text: string): T | null;
}

/** The options of a benchmark by their names. */
export type OptionTable = Readonly<Record<string, Option>>;

/** What the options of a table come to. */
export type Values<T extends OptionTable> = {
  [Name in keyof T]: T[Name] extends Option<infer Value> ? Value : never;
};

/** What was asked for cannot be done; the message says all there is to say. */
export class Refusal extends Error {}

/** The command line cannot be understood. */
export class MisreadOption extends Refusal {}

/** A number of at least 0. */
export function amount(value: number, about: string): Option<number> {
  const read = (text: string) => /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
  return { about, default: String(value), form: "a number", read };
}

/** An integer of at least `least`. */
export function whole(value: number, about: string, least = 1): Option<number> {
  const read = (text: string) => /^\d+$/.test(text) && Number(text) >= least ? Number(text) : null;
  return { about, default: String(value), form: `an integer of at least ${least}`, read };
}

/** One of a few words. */
export function choice<T extends string>(words: readonly T[], value: T, about: string): Option<T> {
  const read = (text: string) => words.find((word) => word === text) ?? null;
  return { about, default: value, form: `one of ${words.join(", ")}`, read };
}

/** Words of a few, with commas between them; all of them unless said. */
export function choices<T extends string>(words: readonly T[], about: string): Option<T[]> {
  const read = (text: string) => {
    const found = text.split(",").map((each) => words.find((word) => word === each.trim()));
    return found.includes(undefined) ? null : found as T[];
  };
  return { about, default: words.join(), form: `some of ${words.join(", ")}`, read };
}

/** Any text. */
export function text(value: string, about: string): Option<string> {
  return { about, default: value, form: "a text", read: (text) => text };
}

/** The path of a folder; undefined unless said. */
export function folder(about: string): Option<string | undefined> {
  return { about, form: "a folder", read: (text) => text === "" ? null : text };
}

/**
 * Reads the options of a table.
 *
 * @param given Texts by name, as {@linkcode splitArguments} finds them.
 * @throws {MisreadOption} If a value has not the form of its option.
 */
export function readOptions<T extends OptionTable>(
  table: T,
  given: Readonly<Record<string, string>>,
): Values<T> {
  const values = Object.entries(table).map(([name, option]) => {
    const text = given[name] ?? option.default;
    if (text === undefined) return [name, undefined];
    const value = option.read(text);
    if (value === null) {
      throw new MisreadOption(`Cannot read --${name} "${text}": it takes ${option.form}`);
    }
    return [name, value];
  });
  return Object.fromEntries(values);
}

/** The parts of a command line. */
export interface SplitArguments {
  words: string[];
  /** Options that take a value. */
  given: Record<string, string>;
  switches: Set<string>;
}

/**
 * Splits a command line into words, options and switches.
 *
 * @param names Options that take a value.
 * @param switches Options that take none.
 * @throws {MisreadOption} If an option is unknown, stands twice, or lacks its value.
 */
export function splitArguments(
  args: readonly string[],
  names: readonly string[],
  switches: readonly string[],
): SplitArguments {
  const found: SplitArguments = { words: [], given: {}, switches: new Set() };
  const options = Object.fromEntries([
    ...names.map((name) => [name, { type: "string" }] as const),
    ...switches.map((name) => [name, { type: "boolean" }] as const),
  ]);
  const { tokens = [] } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") found.words.push(token.value);
    if (token.kind !== "option") continue;
    const { rawName, name, value } = token;
    if (switches.includes(name)) {
      if (value !== undefined) throw new MisreadOption(`Cannot read ${rawName}: it takes no value`);
      found.switches.add(name);
      continue;
    }
    if (!names.includes(name)) throw new MisreadOption(describeUnknown(rawName, names, switches));
    if (value === undefined || value.startsWith("--")) {
      throw new MisreadOption(`Cannot read ${rawName}: it takes a value`);
    }
    if (name in found.given) throw new MisreadOption(`Cannot read ${rawName}: it stands twice`);
    found.given[name] = value;
  }
  return found;
}

function describeUnknown(
  rawName: string,
  names: readonly string[],
  switches: readonly string[],
): string {
  const bare = rawName.replace(/^-+/, "");
  return `Unknown option ${rawName}.${didYouMean(bare, [...names, ...switches], "--")}`;
}

/** A question behind a sentence, if a word is a misspelling of a name. */
export function didYouMean(word: string, names: readonly string[], prefix = ""): string {
  const nearest = findNearest(word, names);
  return nearest === undefined ? "" : ` Did you mean ${prefix}${nearest}?`;
}

/** Lines that say what each option does, and its default. */
export function describeOptions(table: OptionTable): string[] {
  const width = Math.max(0, ...Object.keys(table).map((name) => name.length));
  return Object.entries(table).map(([name, option]) => {
    const value = option.default === undefined ? "" : ` (${option.default || "none"})`;
    return `  --${name.padEnd(width)}  ${option.about}${value}`;
  });
}

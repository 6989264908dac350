import { Option } from "@commander-js/extra-typings";
import type { OptionRow } from "./flags.ts";

/** A row as the parser of all commands has it. */
export function createOption({ flags, about, choices, env, isList, ...row }: OptionRow): Option {
  const option = new Option(flags, about) as Option;
  if (choices !== undefined) option.choices(choices);
  if (isList) option.argParser(collect);
  if (row.default !== undefined) option.default(row.default);
  return env === undefined ? option : option.env(env);
}

/** Lists may be said piece by piece. */
function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

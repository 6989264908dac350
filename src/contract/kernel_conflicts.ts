import { type Conflict, findSaid } from "./conflict.ts";
import { defaultsOf } from "./parameters.ts";
import { PATTERN_PARAMETERS, type PatternOptions } from "./pattern_options.ts";
import { RECORD_PARAMETERS, type RecordOptions } from "./record_options.ts";
import { TOKEN_DEFAULTS } from "./token_options.ts";

/** What the built-in kernel alone reads, and its defaults. */
const DEFAULTS = {
  ...TOKEN_DEFAULTS,
  ...defaultsOf(RECORD_PARAMETERS),
  ...defaultsOf(PATTERN_PARAMETERS),
};

type Name = keyof typeof DEFAULTS;

/** Why another kernel has no use for it, beside that it makes the keys itself. */
const REASONS: Partial<Record<Name, string>> = {
  tokenizer: ", without a tokenizer",
  n: ", so there are no tokens to join",
  lineBound: ", so there are no n-grams",
  keepCR: ", without a tokenizer",
  locale: ", without a tokenizer",
};

/** The first option that is of no use where a kernel makes the keys. */
export function findKernelConflict(
  options: Readonly<Record<keyof typeof TOKEN_DEFAULTS, unknown>> & RecordOptions & PatternOptions,
  kernel: string,
): Conflict | undefined {
  const parameter = findSaid(options, DEFAULTS);
  return parameter && describeKernelConflict(parameter, options[parameter], kernel);
}

/** The conflict of an option with a kernel, whatever its value; undefined if there is none. */
export function describeKernelConflict(
  parameter: string,
  value: unknown,
  kernel: string,
): Conflict | undefined {
  if (!Object.hasOwn(DEFAULTS, parameter)) return undefined;
  const name = parameter as Name;
  return {
    parameter,
    value,
    other: "kernel",
    reason: `kernel=${kernel} does not read it: it makes the keys itself${REASONS[name] ?? ""}`,
    allowed: DEFAULTS[name],
  };
}

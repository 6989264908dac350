import { shorten } from "../contract/parameters.ts";
import { JobError } from "../contract/problems.ts";
import { compileRegex } from "./regex/compile_regex.ts";
import { RegexError } from "./regex/regex_error.ts";
import type { RegexTables } from "./regex_tables.ts";

/** The regular expressions of a question, each compiled once. */
export class Patterns {
  readonly #tables = new Map<string, RegexTables>();

  /** @throws {JobError} `invalid_parameter` if one of them cannot be run. */
  constructor(patterns: Iterable<{ parameter: string; pattern: string }>) {
    for (const { parameter, pattern } of patterns) {
      if (!this.#tables.has(pattern)) this.#tables.set(pattern, compile(parameter, pattern));
    }
  }

  tablesOf(pattern: string): RegexTables {
    return this.#tables.get(pattern)!;
  }
}

function compile(parameter: string, pattern: string): RegexTables {
  try {
    return compileRegex(pattern);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    const { reason } = error;
    const position = [...pattern.slice(0, error.position)].length + 1; // characters, as of expressions
    const value = shorten(pattern);
    const message = `Cannot use '${parameter}': at character ${position} of '${value}': ${reason}`;
    throw new JobError("invalid_parameter", message, {
      cause: error,
      details: { parameter, value, position, reason },
    });
  }
}

import { BoundedCache } from "../async/bounded_cache.ts";
import { shorten } from "../contract/parameters.ts";
import { JobError } from "../contract/problems.ts";
import { compileRegex } from "./regex/compile_regex.ts";
import { RegexError } from "./regex/regex_error.ts";
import { BuildSteps } from "./regex/regex_limits.ts";
import type { RegexTables } from "./regex/regex_tables.ts";

interface Pattern {
  parameter: string;
  pattern: string;
}

/** A request is checked by the patterns that its job runs, and jobs repeat them. */
const compiled = new BoundedCache<Patterns>({ mostEntries: 16, mostChars: 4096 });

/** The regular expressions of a question, each compiled once. */
export class Patterns {
  readonly #tables = new Map<string, RegexTables>();

  private constructor(patterns: Iterable<Pattern>) {
    const steps = new BuildSteps();
    for (const { parameter, pattern } of patterns) {
      if (!this.#tables.has(pattern)) this.#tables.set(pattern, compile(parameter, pattern, steps));
    }
  }

  /**
   * Compiles the patterns of a question, within bounds for all of them together.
   *
   * @throws {JobError} `invalid_parameter` if one of them cannot be run.
   */
  static of(patterns: Iterable<Pattern>): Patterns {
    const all = [...patterns];
    return compiled.getOrMake(JSON.stringify(all), () => new Patterns(all));
  }

  tablesOf(pattern: string): RegexTables {
    return this.#tables.get(pattern)!;
  }
}

function compile(parameter: string, pattern: string, steps: BuildSteps): RegexTables {
  try {
    return compileRegex(pattern, steps);
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

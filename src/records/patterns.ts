import { JobError } from "../contract/problems.ts";
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

function compile(parameter: string, value: string): RegexTables {
  throw new JobError(
    "invalid_parameter",
    `Cannot use '${parameter}': regular expressions are not run yet`,
    { details: { parameter, value } },
  );
}

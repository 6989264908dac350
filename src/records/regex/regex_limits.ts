import { RegexError } from "./regex_error.ts";

/** Longest pattern, in units of UTF-16. */
export const MAX_PATTERN_LENGTH = 2_000;
/** Largest tables, in bytes. */
export const MAX_TABLE_BYTES = 1 << 20;
/** States of the automaton before it is made deterministic; each repetition is written out. */
export const MAX_NFA_STATES = 50_000;
/** Steps of a build: nodes written out and states visited. A million takes about 50 ms. */
export const MAX_BUILD_STEPS = 5_000_000;

/** Counts the steps of one build, so that no expression keeps the host busy for long. */
export class BuildSteps {
  #taken = 0;

  get taken(): number {
    return this.#taken;
  }

  /** @throws {RegexError} If the build takes more steps than one may. */
  take(steps = 1): void {
    this.#taken += steps;
    if (this.#taken > MAX_BUILD_STEPS) throw tooLarge(`${MAX_BUILD_STEPS} steps`);
  }
}

/** Of an expression whose automaton exceeds a limit. */
export function tooLarge(limit: string): RegexError {
  return new RegexError(0, `the automaton is too large: it may have at most ${limit}`);
}

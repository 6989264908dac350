import { RegexError } from "./regex_error.ts";

/** Longest pattern, in units of UTF-16. */
export const MAX_PATTERN_LENGTH = 2_000;
/** Largest tables, in bytes. */
export const MAX_TABLE_BYTES = 1 << 20;
/** States of the automaton before it is made deterministic; each repetition is written out. */
export const MAX_NFA_STATES = 50_000;
/** Steps of a build: nodes written out and states visited. A million takes about 100 ms. */
const MAX_BUILD_STEPS = 700_000;
/** Steps that stand for asking every character whether an escape means it. */
const SCAN_STEPS = 100_000;
/** Steps that stand for asking a large set for characters that differ by case. */
const CASE_STEPS = 1_000;

/**
 * Counts the steps of the builds that one request asks for, so that none keeps the host busy for
 * long. What was found for others is counted, too: whether a request is refused depends on it alone.
 */
export class BuildSteps {
  readonly #most: number;
  readonly #scanned = new Set<string>();
  #taken = 0;

  constructor(most = MAX_BUILD_STEPS) {
    this.#most = most;
  }

  /** @throws {RegexError} If the build takes more steps than one may. */
  take(steps = 1): void {
    this.#taken += steps;
    if (this.#taken > this.#most) {
      throw tooLarge(`${this.#most} steps, for all patterns of a request together`);
    }
  }

  /** The characters of an escape are asked for. @throws {RegexError} Likewise. */
  takeScan(escape: string): void {
    if (this.#scanned.has(escape)) return;
    this.#scanned.add(escape);
    this.take(SCAN_STEPS);
  }

  /** A set takes up characters that differ by case. @throws {RegexError} Likewise. */
  takeCase(characters: number): void {
    this.take(Math.min(characters, CASE_STEPS));
  }
}

/** Of an expression whose automaton exceeds a limit. */
export function tooLarge(limit: string): RegexError {
  return new RegexError(0, `the automaton is too large: it may have at most ${limit}`);
}

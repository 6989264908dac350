/** A regular expression that cannot be compiled. */
export class RegexError extends Error {
  override readonly name = "RegexError";

  /**
   * @param position Where in the pattern, in units of UTF-16 from 0.
   * @param reason What is wrong there, and the limit where one is exceeded; no full stop.
   */
  constructor(readonly position: number, readonly reason: string) {
    super(`Cannot compile the regular expression: ${reason} at ${position}`);
  }
}

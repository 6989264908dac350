/**
 * Lets steps of long work through one by one, a turn of the event loop after each. However much such
 * work goes on at once, other events wait for one step only. A step is what runs between two waits
 * for `pass`; it should take a millisecond at most.
 */
export class Turnstile {
  readonly #waiting: (() => void)[] = [];
  #turning = false;

  /** Resolves when it is the caller's turn; callers pass in the order in which they came. */
  pass(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#turning) return;
      this.#turning = true;
      setImmediate(this.#turn);
    });
  }

  readonly #turn = (): void => {
    this.#waiting.shift()!();
    this.#turning = this.#waiting.length > 0;
    if (this.#turning) setImmediate(this.#turn);
  };
}

/**
 * Lets steps of long work through one by one, a turn of the event loop after each: however many
 * do such work at once, who comes in between waits for one step. A step is what follows the wait
 * for `pass` without another one, and should take a millisecond at most.
 */
export class Turnstile {
  readonly #waiting: (() => void)[] = [];
  #turning = false;

  /** Resolves when it is the caller's turn, the first who came first. */
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

/**
 * The moments of a job, counted as they come: whatever passes asks before it goes on. At one of them
 * something is done, which all that comes then waits for.
 */
export class Moments {
  #count = 0;
  #at = Infinity;
  #act = () => Promise.resolve();
  #acting: Promise<void> | undefined;

  /** How many have been. */
  get count(): number {
    return this.#count;
  }

  /** Whether the one has been at which something is done. */
  get hasActed(): boolean {
    return this.#acting !== undefined;
  }

  /** Begins again, and does something at the moment `at`, counted from 0. */
  plan(at: number, act: () => Promise<void>): void {
    this.#count = 0;
    this.#at = at;
    this.#act = act;
    this.#acting = undefined;
  }

  /** Resolves when what has come to this moment may go on. */
  async pass(): Promise<void> {
    if (this.#count++ === this.#at) this.#acting ??= this.#act();
    await this.#acting;
  }
}

/** Moments of a job of so many, spread over all of it. */
export function spreadMoments(all: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor((i + 0.5) * all / count));
}

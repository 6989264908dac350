import { LONGEST_TIMER_MS } from "../async/timers.ts";

/** Something that must have ended by a moment of `performance.now()`. */
export interface Timed {
  readonly deadline: number;
  /** Ends it; called once, when the deadline has passed. */
  expire(): void;
}

/**
 * Many deadlines on one timer, armed for the earliest of them.
 *
 * Jobs with the same limit come in the order of their deadlines, so adding and removing one touches
 * no timer. When the timer fires, all that are left are looked through. The timer does not keep the
 * process alive.
 */
export class Deadlines {
  readonly #timed = new Set<Timed>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #armedFor = Infinity;

  /** Deadlines that are watched. */
  get size(): number {
    return this.#timed.size;
  }

  add(timed: Timed): void {
    this.#timed.add(timed);
    if (timed.deadline < this.#armedFor) this.#arm(timed.deadline);
  }

  delete(timed: Timed): void {
    this.#timed.delete(timed);
  }

  /** Watches nothing any more. */
  clear(): void {
    this.#timed.clear();
    clearTimeout(this.#timer);
    this.#armedFor = Infinity;
  }

  #arm(deadline: number): void {
    clearTimeout(this.#timer);
    this.#armedFor = deadline;
    // A deadline that is farther away than a timer can be is looked at again.
    const delay = Math.min(Math.max(0, deadline - performance.now()), LONGEST_TIMER_MS);
    const timer = setTimeout(() => this.#onTimer(), Math.ceil(delay));
    Deno.unrefTimer(timer);
    this.#timer = timer;
  }

  #onTimer(): void {
    this.#armedFor = Infinity;
    const now = performance.now();
    let next = Infinity;
    for (const timed of this.#timed) {
      if (timed.deadline <= now) {
        this.#timed.delete(timed);
        timed.expire();
      } else next = Math.min(next, timed.deadline);
    }
    if (next < this.#armedFor) this.#arm(next);
  }
}

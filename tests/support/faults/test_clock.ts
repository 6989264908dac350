import type { Clock } from "../../../src/engine/clock.ts";

interface Alarm {
  at: number;
  /** Of an alarm that comes again and again. */
  everyMs?: number;
  action: () => void;
}

/** A clock that stands still until it is told to go on. */
export class TestClock implements Clock {
  #now = 1_000_000;
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return this.#now;
  }

  after(delayMs: number, action: () => void): () => void {
    return this.#set({ at: this.#now + delayMs, action });
  }

  every(everyMs: number, action: () => void): () => void {
    return this.#set({ at: this.#now + everyMs, everyMs, action });
  }

  #set(alarm: Alarm): () => void {
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  }

  /** Whether something waits for its time, once. */
  get isAwaited(): boolean {
    return [...this.#alarms].some(({ everyMs }) => everyMs === undefined);
  }

  /** Lets time pass, and does what is due, in its order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#alarms].sort((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      this.#now = next.at;
      if (next.everyMs === undefined) this.#alarms.delete(next);
      else next.at += next.everyMs;
      next.action();
    }
    this.#now = end;
  }
}

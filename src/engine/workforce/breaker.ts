import type { BreakerState } from "../../contract/engine_status.ts";

/** Longest wait before a thread is tried again. */
const LONGEST_DELAY_MS = 10_000;
const FIRST_DELAY_MS = 100;

/**
 * Stops a crash loop. After too many lost threads within a while the engine takes no jobs. It tries
 * one thread now and then, each time after a longer delay, and takes jobs again once a thread has
 * stayed healthy.
 *
 *   closed ── maxFaults within faultWindowMs ──► open ── delay ──► probing ── healthy ──► closed
 *                                                 ▲                   │ fault
 *                                                 └───────────────────┘
 */
export class Breaker {
  readonly maxFaults: number;
  readonly windowMs: number;
  readonly #times: number[] = [];
  /** Lost threads in a row: within the window, and all of them once the breaker is open. */
  #row = 0;
  #state: BreakerState = "closed";
  /** Is called when jobs are not taken any more, and when they are again. */
  onTurn: () => void = () => {};

  constructor(maxFaults: number, windowMs: number) {
    this.maxFaults = maxFaults;
    this.windowMs = windowMs;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /**
   * A thread was lost.
   *
   * @returns Whether this one opened the breaker.
   */
  fault(now: number): boolean {
    this.#times.push(now);
    while (this.#times[0] < now - this.windowMs) this.#times.shift();
    // While jobs are taken they wait for the next thread, so what was lost long ago delays none.
    this.#row = this.state === "closed" ? this.#times.length : this.#row + 1;
    if (this.state === "closed" && this.#times.length < this.maxFaults) return false;
    const opens = this.state === "closed";
    this.#state = "open";
    if (opens) this.onTurn();
    return opens;
  }

  /** How long to wait before the next thread: not at all at first, then twice as long each time. */
  get delayMs(): number {
    if (this.#row <= 1 && this.state === "closed") return 0;
    return Math.min(FIRST_DELAY_MS * 2 ** (this.#row - 2), LONGEST_DELAY_MS);
  }

  /**
   * A thread is about to start.
   *
   * @returns Whether this thread is tried: the breaker waits for it.
   */
  probe(): boolean {
    if (this.state !== "open") return false;
    this.#state = "probing";
    return true;
  }

  /** The thread that was tried has stayed healthy. */
  close(): void {
    this.#state = "closed";
    this.#row = 0;
    this.#times.length = 0;
    this.onTurn();
  }
}

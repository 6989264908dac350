import type { Clock } from "./clock.ts";
import type { Flow, Scheduler } from "./scheduler.ts";

/** Between two looks at what the others do. */
const LOOK_MS = 10;
/** When nothing was served for so long, nobody needs the thread. */
const QUIET_MS = 50;

/**
 * The jobs whose user code was taken off the last thread: each waits until others have had that
 * thread for as long as is due to them, or nobody wants it. They wait one after the other, so that
 * others are kept waiting no more often for there being more such jobs.
 */
export class HeldFlows {
  readonly #scheduler: Pick<Scheduler, "pause" | "resume" | "out" | "pushed">;
  readonly #clock: Clock;
  /** Milliseconds that each has to wait once it is the first. */
  readonly #waiting = new Map<Flow, number>();
  /** Since when the first one is the first. */
  #firstSince = 0;
  /** Since when nothing was served, and how much was before. */
  #quietSince = 0;
  #pushed = 0;
  #endLooks: (() => void) | undefined;

  constructor(scheduler: Pick<Scheduler, "pause" | "resume" | "out" | "pushed">, clock: Clock) {
    this.#scheduler = scheduler;
    this.#clock = clock;
  }

  /** Lets no task of a job go until others have had the thread for so long. */
  hold(flow: Flow, waitMs: number): void {
    this.#scheduler.pause(flow);
    this.#waiting.set(flow, waitMs);
    if (this.#endLooks) return;
    this.#firstSince = this.#quietSince = this.#clock.now();
    this.#endLooks = this.#clock.every(LOOK_MS, () => this.#look());
  }

  /** A run has ended: its job waits no more. */
  release(flow: Flow): void {
    const [first] = this.#waiting.keys();
    if (!this.#waiting.delete(flow)) return;
    if (flow === first) this.#firstSince = this.#clock.now();
    if (this.#waiting.size === 0) this.close();
    this.#scheduler.resume(flow);
  }

  #look(): void {
    const now = this.#clock.now();
    const { out, pushed } = this.#scheduler;
    if (out > 0 || pushed !== this.#pushed) this.#quietSince = now;
    this.#pushed = pushed;
    const [[flow, waitMs]] = this.#waiting;
    const isDue = now - this.#firstSince >= waitMs;
    if (isDue || now - this.#quietSince >= QUIET_MS) this.release(flow);
  }

  /** Looks no more. */
  close(): void {
    this.#endLooks?.();
    this.#endLooks = undefined;
  }
}

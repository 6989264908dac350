import { type ErrorCode, JobError } from "../contract/problems.ts";

/** Failures that lie further apart are not in a row. */
const WINDOW_MS = 60_000;
/** A hold lasts so long at first, and twice as long after each failure that follows. */
const FIRST_HOLD_MS = 1000;
const MOST_HOLD_MS = 30_000;
/** So many entries are kept before a look whether they can be forgotten. */
const KEPT = 256;

/** What a kernel's own doing is. */
const FAILURES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "kernel_trapped",
  "kernel_timeout",
  "kernel_out_of_memory",
  "kernel_output_too_large",
]);

/** The failures in a row of one kernel of one tenant. */
interface Row {
  /** When each of the last ones came, up to as many as lead to a hold. */
  times: number[];
  last: ErrorCode;
  holdMs: number;
  heldUntil: number;
}

/**
 * Holds a tenant's kernel back that fails again and again: a job costs the host and the threads
 * something before it fails, and a client that sends it over and over would keep others waiting.
 *
 * The jobs are refused, and not delayed: the client learns why, nothing of theirs waits in memory,
 * and a refusal costs the host less than a start. A job of the kernel that is done ends all of that;
 * one that is cancelled or fails otherwise changes nothing.
 */
export class KernelHolds {
  readonly #maxFailures: number;
  readonly #now: () => number;
  readonly #rows = new Map<string, Row>();
  #sweepAt = KEPT;

  /**
   * @param maxFailures So many in a row, within a minute, lead to a hold.
   * @param now The time in ms.
   */
  constructor(maxFailures: number, now: () => number) {
    this.#maxFailures = maxFailures;
    this.#now = now;
  }

  /** Kernels that are remembered. */
  get size(): number {
    return this.#rows.size;
  }

  /** @throws {JobError} `kernel_held`. */
  check(kernel: string, tenant?: string): void {
    const row = this.#rows.get(nameOf(kernel, tenant));
    if (!row) return;
    const leftMs = row.heldUntil - this.#now();
    if (leftMs <= 0) return;
    const retryAfter = Math.ceil(leftMs / 1000);
    throw new JobError(
      "kernel_held",
      `Cannot submit: kernel ${kernel} has failed ${this.#maxFailures} times in a row or more, ` +
        `the last time with ${row.last.replaceAll("_", "-")}; its jobs are refused for ` +
        `${retryAfter} seconds`,
      { details: { kernel, limit: this.#maxFailures, last: row.last, retryAfter } },
    );
  }

  /**
   * A job of a kernel has ended.
   *
   * @param failure What it failed with; undefined if it is done.
   */
  note(kernel: string, tenant: string | undefined, failure?: ErrorCode): void {
    const name = nameOf(kernel, tenant);
    if (failure === undefined) this.#rows.delete(name);
    else if (this.#maxFailures < Infinity && FAILURES.has(failure)) {
      this.#noteFailure(name, failure);
    }
  }

  #noteFailure(name: string, failure: ErrorCode): void {
    const now = this.#now();
    const row = this.#rows.get(name) ?? { times: [], last: failure, holdMs: 0, heldUntil: 0 };
    const times = [...row.times, now].slice(-this.#maxFailures);
    this.#rows.delete(name); // the latest one stands last
    this.#rows.set(name, { ...row, times, last: failure });
    if (this.#rows.size >= this.#sweepAt) this.#sweep(now);
    const isHeld = now < row.heldUntil; // a job that was let in before
    if (isHeld || times.length < this.#maxFailures || now - times[0] > WINDOW_MS) return;
    const wasHeld = row.holdMs > 0 && now - row.heldUntil <= WINDOW_MS;
    const holdMs = wasHeld ? Math.min(2 * row.holdMs, MOST_HOLD_MS) : FIRST_HOLD_MS;
    this.#rows.set(name, { times, last: failure, holdMs, heldUntil: now + holdMs });
  }

  #sweep(now: number): void {
    for (const [name, { times, heldUntil }] of this.#rows) {
      const isOver = now - Math.max(times.at(-1)!, heldUntil) > WINDOW_MS;
      if (isOver) this.#rows.delete(name);
    }
    this.#sweepAt = Math.max(KEPT, 2 * this.#rows.size);
  }
}

/** No id of a kernel has a space. */
const nameOf = (kernel: string, tenant = "") => `${kernel} ${tenant}`;

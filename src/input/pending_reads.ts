/** A read that is under way, and when it must be over. */
export interface PendingRead {
  /** As `performance.now()` tells time. */
  readonly deadline: number;
  /** Gives the read up; called once, soon after the deadline. */
  expire(): void;
  /** Place among the pending reads, which PendingReads sets. */
  index: number;
}

/** A read is given up late, by this part of its time at most. */
const LATENESS = 1 / 8;
const SHORTEST_CHECK_MS = 5;
const LONGEST_CHECK_MS = 1000;

/**
 * The reads of all inputs, watched by one timer that looks at them now and then: a timer of its own
 * would cost each read more than a microsecond. It keeps the process alive as long as there are
 * reads, and is gone soon after the last one.
 */
export class PendingReads {
  readonly #reads: PendingRead[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #checkMs = Infinity;

  /** @param timeoutMs How long the read may take; its deadline is that far away. */
  add(read: PendingRead, timeoutMs: number): void {
    read.index = this.#reads.push(read) - 1;
    if (read.index === 0 && this.#timer !== undefined) Deno.refTimer(this.#timer);
    if (timeoutMs * LATENESS < this.#checkMs) this.#arm(timeoutMs * LATENESS);
  }

  /** Forgets a read that is over; the last one takes its place. */
  delete(read: PendingRead): void {
    const last = this.#reads.pop()!;
    if (last !== read) {
      this.#reads[read.index] = last;
      last.index = read.index;
    }
    if (this.#reads.length === 0 && this.#timer !== undefined) Deno.unrefTimer(this.#timer);
  }

  #arm(checkMs: number): void {
    clearTimeout(this.#timer);
    this.#checkMs = Math.min(Math.max(checkMs, SHORTEST_CHECK_MS), LONGEST_CHECK_MS);
    this.#timer = setTimeout(() => this.#check(), this.#checkMs);
  }

  #check(): void {
    const now = performance.now();
    const late = this.#reads.filter(({ deadline }) => deadline <= now);
    for (const read of late) {
      this.delete(read);
      read.expire();
    }
    if (this.#reads.length > 0) return this.#arm(this.#checkMs);
    this.#timer = undefined;
    this.#checkMs = Infinity;
  }
}

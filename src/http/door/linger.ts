import { ignoreError, own } from "../../async/own.ts";
import type { Rest } from "../../input/source.ts";

/** What lingering may cost. */
export interface LingerLimits {
  /** Most bytes of one upload that are read and dropped. */
  bytes: number;
  /** Of these, bytes that are read at once where nobody knows how many there will be. */
  burstBytes: number;
  /** And as many in each second from then on. */
  bytesPerSecond: number;
  /** Longest time for one upload. */
  totalMs: number;
  /** Longest wait for more of it. */
  idleMs: number;
  /** How long an upload that is not read to its end stalls before it is ended. */
  holdMs: number;
  /** Most uploads at a time; others stall. */
  uploads: number;
}

export const LINGER_LIMITS: Readonly<LingerLimits> = {
  bytes: 32 * 1024 * 1024,
  burstBytes: 4 * 1024 * 1024,
  bytesPerSecond: 4 * 1024 * 1024,
  totalMs: 30_000,
  idleMs: 5_000,
  holdMs: 2_000,
  uploads: 256,
};

const TICK_MS = 250;

/** How time is told, and passes. */
export interface LingerClock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

const CLOCK: LingerClock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => Deno.unrefTimer(setTimeout(resolve, ms))),
};

/** One upload that was refused. */
interface Refused {
  rest: Rest;
  /** When it is ended. */
  deadline: number;
  /** When it is ended, if nothing more comes. */
  idleDeadline: number;
  /** Whether it is read; else it stalls. */
  reads: boolean;
  /** Whether it may have no end, so that it is read at a bounded rate. */
  isPaced: boolean;
}

/**
 * Ends uploads whose answer is under way and says why nobody will read them.
 *
 * A connection that is closed while its client still sends is reset, and the client may never see
 * the answer. Clients that write everything before they read see it only if all is taken from them.
 * So the rest is read and dropped, within limits; beyond these it stalls by TCP's flow control, and
 * clients that wait see the answer and hang up. Who does not is cut off.
 */
export class Linger {
  readonly #limits: LingerLimits;
  readonly #clock: LingerClock;
  /** Keeps readers from being collected as well, which would end their streams. */
  readonly #refused = new Set<Refused>();
  #reading = 0;
  /** How many servers of this process drain. */
  #hurries = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(limits = LINGER_LIMITS, clock = CLOCK) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Uploads that have not ended. */
  get uploads(): number {
    return this.#refused.size;
  }

  /**
   * Takes over an upload.
   *
   * @param length Bytes that are still to come, if that is known.
   */
  take(rest: Rest, length?: number): void {
    const { bytes, uploads, totalMs, idleMs, holdMs } = this.#limits;
    const isPaced = length === undefined;
    const reads = (isPaced || length <= bytes) && this.#reading < uploads;
    const now = this.#clock.now();
    const deadline = now + (reads && this.#hurries === 0 ? totalMs : holdMs);
    const refused = { rest, deadline, idleDeadline: now + idleMs, reads, isPaced };
    this.#refused.add(refused);
    this.#startTimer();
    if (reads) own(this.#drop(refused), () => this.#forget(refused));
  }

  /**
   * Gives every upload no longer than one that stalls, because a server drains; uploads that come
   * later likewise, until the handle is disposed of.
   */
  hurry(): Disposable {
    this.#hurries++;
    const latest = this.#clock.now() + this.#limits.holdMs;
    for (const each of this.#refused) each.deadline = Math.min(each.deadline, latest);
    return { [Symbol.dispose]: () => void this.#hurries-- };
  }

  /** Ends those whose time is over; a timer calls it. */
  tick(): void {
    const now = this.#clock.now();
    for (const each of this.#refused) {
      if (now < each.deadline && (now < each.idleDeadline || !each.reads)) continue;
      this.#forget(each);
      own(each.rest.cancel(), ignoreError);
    }
  }

  /** Reads to the end or the limit; what is left stalls for a while. */
  async #drop(refused: Refused): Promise<void> {
    const { bytes: most, idleMs } = this.#limits;
    const began = this.#clock.now();
    this.#reading++;
    try {
      for (let dropped = 0; dropped < most;) {
        const bytes = await refused.rest.read();
        if (bytes === 0) return this.#forget(refused);
        dropped += bytes;
        const waitMs = refused.isPaced ? this.#earlyMs(dropped, began) : 0;
        refused.idleDeadline = this.#clock.now() + waitMs + idleMs;
        if (waitMs > 0) await this.#clock.sleep(waitMs);
      }
    } finally {
      this.#reading--;
    }
    refused.reads = false;
    refused.deadline = Math.min(refused.deadline, this.#clock.now() + this.#limits.holdMs);
  }

  /** By how much so many bytes have come too early. */
  #earlyMs(dropped: number, began: number): number {
    const { burstBytes, bytesPerSecond } = this.#limits;
    const dueMs = (dropped - burstBytes) / bytesPerSecond * 1000;
    return Math.max(0, dueMs - (this.#clock.now() - began));
  }

  #forget(refused: Refused): void {
    this.#refused.delete(refused);
    if (this.#refused.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #startTimer(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.tick(), TICK_MS);
    Deno.unrefTimer(this.#timer);
  }
}

/** The one of this process: its limits are those of all connections together. */
export const linger: Linger = new Linger();

import { ignoreError, own } from "../../async/own.ts";
import type { Rest } from "../../input/source.ts";

/** The bounds of lingering. */
export interface LingerLimits {
  /** Most bytes of one upload that are read and dropped. */
  bytes: number;
  /** Of these, bytes that are read at once when the length of the upload is not known. */
  burstBytes: number;
  /** Bytes that are read in each second after that. */
  bytesPerSecond: number;
  /** Longest time for one upload. */
  totalMs: number;
  /** Longest wait for more bytes of one upload. */
  idleMs: number;
  /** How long an upload stalls that is not read to its end, before it is ended. */
  holdMs: number;
  /** Most uploads that are read at a time; others stall. */
  uploads: number;
}

/** The bounds that a server uses. */
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

/** Tells the time, and waits. */
export interface LingerClock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

const CLOCK: LingerClock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => Deno.unrefTimer(setTimeout(resolve, ms))),
};

/** One refused upload. */
interface Refused {
  rest: Rest;
  /** When the upload is ended. */
  deadline: number;
  /** When the upload is ended if no more bytes come. */
  idleDeadline: number;
  /** Whether the upload is read; otherwise it stalls. */
  reads: boolean;
  /** Whether the upload may have no end, and is therefore read at a bounded rate. */
  isPaced: boolean;
}

/**
 * Ends refused uploads, whose answer is under way.
 *
 * A connection that the server closes while its client still sends is reset, and the client may
 * never see the answer. A client that writes everything before it reads sees the answer only if the
 * server takes everything. So the server reads the rest and drops it, within limits. Beyond the
 * limits the upload stalls by TCP's flow control: a client that waits sees the answer and hangs up,
 * and the server cuts off the others.
 */
export class Linger {
  readonly #limits: LingerLimits;
  readonly #clock: LingerClock;
  /** Also keeps the readers from being collected, which would end their streams. */
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
   * @param length Bytes that are still to come, if the upload names their number.
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
   * Gives every upload only the time of one that stalls, because a server drains. This holds for
   * uploads that come later, too, until the handle is disposed of.
   */
  hurry(): Disposable {
    this.#hurries++;
    const latest = this.#clock.now() + this.#limits.holdMs;
    for (const each of this.#refused) each.deadline = Math.min(each.deadline, latest);
    return { [Symbol.dispose]: () => void this.#hurries-- };
  }

  /** Ends the uploads whose time is over; a timer calls this. */
  tick(): void {
    const now = this.#clock.now();
    for (const each of this.#refused) {
      if (now < each.deadline && (now < each.idleDeadline || !each.reads)) continue;
      this.#forget(each);
      own(each.rest.cancel(), ignoreError);
    }
  }

  /** Reads an upload to its end or to the limit; the rest stalls for a while. */
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

  /** By how many milliseconds bytes have come too early. */
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

/** The one of this process: its limits hold for all connections of all servers together. */
export const linger: Linger = new Linger();

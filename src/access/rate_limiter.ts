import type { Rate } from "./rate.ts";

/** Most buckets that are remembered: about 100 bytes each, a few MB in all. */
const MAX_BUCKETS = 32_768;

/** A bucket's answer to a request. */
export interface Quota {
  granted: boolean;
  rate: Rate;
  /** Requests that would be granted now. */
  remaining: number;
  /** Whole seconds until there is one more, at least 1. */
  nextSeconds: number;
}

/**
 * Token buckets by name: each holds `requests` tokens and gets one more every
 * `windowMs / requests`.
 *
 * A bucket is one number, the time when it will be full again (the generic cell rate algorithm,
 * ITU-T I.371), so nothing ticks. The number of buckets is bounded, and the one that was used
 * least recently is dropped. That bucket is full unless very many are in use, and dropping a full
 * bucket changes nothing.
 */
export class RateLimiter {
  readonly #fullAt = new Map<string, number>();
  readonly #now: () => number;
  readonly #maxBuckets: number;

  /** @param now Milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now(), maxBuckets: number = MAX_BUCKETS) {
    this.#now = now;
    this.#maxBuckets = maxBuckets;
  }

  /** How many buckets are remembered. */
  get size(): number {
    return this.#fullAt.size;
  }

  /** Takes a token out of a bucket, if there is one. */
  take(name: string, rate: Rate): Quota {
    const now = this.#now();
    const tokenMs = rate.windowMs / rate.requests;
    // A bucket that was filled at another rate may be emptier than this one can be.
    const owedMs = Math.min(rate.windowMs, Math.max(0, (this.#fullAt.get(name) ?? 0) - now));
    const tokens = rate.requests - owedMs / tokenMs + ROUNDING;
    const granted = tokens >= 1;
    const left = granted ? tokens - 1 : tokens;
    if (granted) this.#remember(name, now + owedMs + tokenMs);
    const remaining = Math.floor(left);
    const nextMs = (remaining + 1 - left) * tokenMs;
    return { granted, rate, remaining, nextSeconds: Math.max(1, Math.ceil(nextMs / 1000)) };
  }

  #remember(name: string, fullAt: number): void {
    this.#fullAt.delete(name); // so that the order of the map is that of use
    this.#fullAt.set(name, fullAt);
    if (this.#fullAt.size <= this.#maxBuckets) return;
    const [oldest] = this.#fullAt.keys();
    this.#fullAt.delete(oldest);
  }
}

/** Sums of floating point numbers may miss a whole token by less than this. */
const ROUNDING = 1e-6;

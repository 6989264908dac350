import type { Redis } from "ioredis";

/** An answer that took longer says too little of when it was given: its question waited for Redis. */
const MOST_ROUND_TRIP_MS = 2000;

/**
 * The clock that the nodes of a cluster share: that of their Redis. Each node learns how far its own
 * clock is from it, so that nodes agree on what time it is, however their own clocks are set.
 *
 * It is off by half of a round trip at most (Cristian, Probabilistic clock synchronization, 1989), and
 * goes on by the node's clock while Redis is away.
 */
export class ClusterClock {
  readonly #own: () => number;
  #ahead: number | undefined;

  /** @param own Milliseconds since some moment; only how they pass matters. */
  constructor(own: () => number = () => performance.now()) {
    this.#own = own;
  }

  /** Milliseconds since 1970; undefined before Redis was first reached. */
  get now(): number | undefined {
    return this.#ahead === undefined ? undefined : this.#own() + this.#ahead;
  }

  /** Asks Redis what time it is. */
  async learn(redis: Pick<Redis, "time">): Promise<void> {
    const asked = this.#own();
    const [seconds, microseconds] = await redis.time();
    const answered = this.#own();
    if (answered - asked > MOST_ROUND_TRIP_MS) return;
    const told = Number(seconds) * 1000 + Number(microseconds) / 1000;
    this.#ahead = told - (asked + answered) / 2;
  }
}

import { getLogger } from "@logtape/logtape";
import { Redis } from "ioredis";
import { ignoreError, own } from "../async/own.ts";

const logger = getLogger(["millrace", "cluster"]);

/** Longest pause between two tries to reach Redis. */
const MOST_PAUSE_MS = 1000;

const OPTIONS = {
  maxRetriesPerRequest: null, // as BullMQ wants its connections
  retryStrategy: (tries: number) => Math.min(50 * 2 ** tries, MOST_PAUSE_MS),
};

/**
 * The Redis that nodes meet at. Connections come back by themselves, and commands wait meanwhile;
 * whoever cannot wait races a timer.
 */
export class RedisServer {
  readonly #url: string;
  /** Names all that the cluster has there: nodes of other builds count by other kernels. */
  readonly prefix: string;
  #isAway = false;

  /** @param url Such as `redis://:PASSWORD@HOST:PORT/0`, or `rediss://` with TLS. */
  constructor(url: string, prefix: string) {
    this.#url = url;
    this.prefix = prefix;
  }

  /** How BullMQ connects, which ends its connections itself. */
  get options(): { url: string } & typeof OPTIONS {
    return { url: this.#url, ...OPTIONS };
  }

  /** A connection of one's own, which its owner ends. */
  connect(): Redis {
    const connection = new Redis(this.#url, OPTIONS);
    connection.on("error", (error) => this.#note(error));
    connection.on("ready", () => this.#note());
    return connection;
  }

  /** Says what of its settings loses work, once it is reached; a rented one may not tell them. */
  checkOnce(connection: Redis): void {
    connection.once("ready", () => own(this.#check(connection), ignoreError));
  }

  async #check(connection: Redis): Promise<void> {
    const settings = ["appendonly", "maxmemory-policy"];
    const told = await Promise.all(settings.map((name) => connection.config("GET", name)));
    const [log, policy] = told.map((pair) => (pair as string[])[1]);
    if (log === "no") {
      logger.warn("Redis keeps no log: what it forgets is counted again (set appendonly yes)");
    }
    if (policy !== undefined && policy !== "noeviction") {
      logger.warn("Redis may drop what it holds: set its maxmemory-policy to noeviction");
    }
  }

  /** Logs once that Redis is away, and once that it is back. */
  #note(error?: Error): void {
    if ((error !== undefined) === this.#isAway) return;
    this.#isAway = error !== undefined;
    if (error) logger.warn("Redis is not reached", { reason: error.message });
    else logger.info("Redis is reached again");
  }
}

/** For what BullMQ tells of its connections, and for what is tried again: that Redis is away is told once. */
export function noteRedisError(error: unknown): void {
  logger.debug("Redis", { error });
}

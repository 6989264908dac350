import type { Redis } from "ioredis";
import { ignoreError, own } from "../async/own.ts";
import { within } from "../async/within.ts";
import type { NodeStatus } from "../contract/engine_status.ts";
import type { RedisServer } from "./redis_server.ts";

/** How often a node shows that it is there. */
const BEAT_MS = 2000;

/** How long Redis may take to answer before a node goes on without it. */
const MOST_SILENCE_MS = 2000;

/** After so long without a sign a node is not counted on. */
const SILENCE_S = 10;

/** How long a node that leaves waits for Redis. */
const CLOSE_MS = 500;

/** Which nodes there are: each has an entry that runs out when it shows no sign of life. */
export class Roster {
  readonly #redis: Redis;
  readonly #nodes: string;
  readonly #entryOf: (url: string) => string;
  readonly #describe: () => NodeStatus;
  readonly #timer: ReturnType<typeof setInterval>;
  #seen: NodeStatus[];

  /** @param describe Says of this node what others are to see. */
  constructor(server: RedisServer, describe: () => NodeStatus) {
    this.#redis = server.connect();
    this.#nodes = `${server.prefix}:nodes`;
    this.#entryOf = (url) => `${server.prefix}:node:${url}`;
    this.#describe = describe;
    this.#seen = [describe()];
    this.#timer = setInterval(() => own(this.beat(), ignoreError), BEAT_MS);
  }

  /** The nodes that were there a moment ago, by their addresses; this one always is. */
  get nodes(): readonly NodeStatus[] {
    return this.#seen;
  }

  /** Shows that this node is there, and looks which others are. */
  async beat(): Promise<void> {
    const node = this.#describe();
    await this.#redis.multi()
      .sadd(this.#nodes, node.url)
      .set(this.#entryOf(node.url), JSON.stringify(node), "EX", SILENCE_S)
      .exec();
    const urls = await this.#redis.smembers(this.#nodes);
    const entries = await this.#redis.mget(urls.map(this.#entryOf));
    const gone = urls.filter((_, i) => entries[i] === null);
    if (gone.length > 0) await this.#redis.srem(this.#nodes, ...gone);
    this.#seen = entries.filter((entry) => entry !== null).map((entry) => JSON.parse(entry))
      .sort((a, b) => a.url < b.url ? -1 : 1);
  }

  /** Whether Redis answers, and soon: what is sent to one that is away waits for it. */
  isReached(): Promise<boolean> {
    return within(this.beat(), MOST_SILENCE_MS).catch(() => false);
  }

  /** Says that this node leaves. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const { url } = this.#describe();
    const left = this.#redis.multi().del(this.#entryOf(url)).srem(this.#nodes, url).exec();
    await within(left.catch(ignoreError), CLOSE_MS);
    this.#redis.disconnect();
  }
}

import type { Redis } from "ioredis";
import { ignoreError, own } from "../async/own.ts";
import { within } from "../async/within.ts";
import type { NodeStatus, QueueFigures } from "../contract/engine_status.ts";
import { schemeOf } from "../intake/remote/remote_texts.ts";
import type { ClusterClock } from "./cluster_clock.ts";

/** How often a node shows that it is there. */
const BEAT_MS = 2000;

/** How long Redis may take to answer before a node goes on without it. */
const MOST_SILENCE_MS = 2000;

/** After so long without a sign a node is not counted on. */
const SILENCE_S = 10;

/** After so long it is called silent: it has missed two signs. */
const SILENT_MS = 3 * BEAT_MS;

/** How long a node that leaves waits for Redis. */
const CLOSE_MS = 500;

/** Names what nodes of all builds have in Redis. */
const NODES = "millrace:nodes";

/** What a node tells of itself. */
export type NodeEntry = Omit<NodeStatus, "state" | "seenMs">;

/** The same with when it was told, by the clock of Redis. */
interface Sign extends NodeEntry {
  at: number;
}

/** What a roster is made of. */
export interface RosterParts {
  /** A connection of its own, which it ends. */
  redis: Redis;
  clock: ClusterClock;
  /** Says of this node what others are to see. */
  describe(): NodeEntry;
  /** Reads what is in the queue. */
  readQueue(redis: Redis): Promise<QueueFigures>;
}

/**
 * Which nodes there are, and what waits for them: each node has an entry that runs out when it shows
 * no sign of life. All of it is as Redis told it last, so that whoever looks waits for nothing.
 */
export class Roster {
  readonly #parts: RosterParts;
  readonly #timer: ReturnType<typeof setInterval>;
  #seen: Sign[] = [];
  #queue: QueueFigures = { waiting: 0, running: 0, delayed: 0, failed: 0, oldestWaitingMs: 0 };
  #reachedAt = -Infinity;

  constructor(parts: RosterParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => own(this.beat(), ignoreError), BEAT_MS);
  }

  /** The nodes that were there a moment ago, by their addresses; this one always is. */
  get nodes(): NodeStatus[] {
    const { describe, clock } = this.#parts;
    const self = describe();
    const others = this.#seen.filter(({ url }) => url !== self.url);
    return [{ ...self, at: clock.now ?? 0 }, ...others]
      .map(({ at, ...node }) => showNode(node, Math.round((clock.now ?? 0) - at), self.build))
      .sort((a, b) => a.url < b.url ? -1 : 1);
  }

  /**
   * How many nodes there are that count splits of texts behind URLs, with this one; 0 if nobody else
   * does, since a node needs nobody to share with itself.
   */
  mappersOf(urls: readonly string[]): number {
    const others = this.#others().filter((node) => maps(node, urls)).length;
    return others === 0 ? 0 : others + Number(maps(this.#parts.describe(), urls));
  }

  /** Other nodes that count splits. */
  otherMappers(): NodeEntry[] {
    return this.#others().filter((node) => maps(node, []));
  }

  /** How many nodes reduce what others ask for: of those that take tasks. */
  reducers(): number {
    return this.#all().filter((node) => maps(node, []) && node.roles.includes("reduce")).length;
  }

  /** How many nodes have no split now that could count one. */
  idleMappers(): number {
    return this.nodes.filter((node) => node.state === "idle" && maps(node, [])).length;
  }

  /** Whether a node is there, which may have come a moment ago. */
  async has(node: string): Promise<boolean> {
    const isSeen = () => this.#seen.some(({ url }) => url === node);
    if (!isSeen()) await this.beat();
    return isSeen();
  }

  /** Nodes that take what is to be counted. */
  acceptors(): string[] {
    const acceptors = this.#all().filter(({ roles }) => roles.includes("accept"));
    return acceptors.map(({ url }) => url).sort();
  }

  /** What was in the queue when Redis was reached last. */
  get queue(): QueueFigures {
    return this.#queue;
  }

  /** Whether Redis answers what nodes ask it all the time. */
  get reached(): boolean {
    return performance.now() - this.#reachedAt < SILENT_MS;
  }

  /** Shows that this node is there, and looks which others are, and what waits. */
  async beat(): Promise<void> {
    const { redis, clock, describe, readQueue } = this.#parts;
    await clock.learn(redis);
    const node = describe();
    const sign: Sign = { ...node, at: Math.round(clock.now ?? 0) };
    await redis.multi()
      .sadd(NODES, node.url)
      .set(entryOf(node.url), JSON.stringify(sign), "EX", SILENCE_S)
      .exec();
    const [urls, queue] = await Promise.all([redis.smembers(NODES), readQueue(redis)]);
    const entries = await redis.mget(urls.map(entryOf));
    const gone = urls.filter((_, i) => entries[i] === null);
    if (gone.length > 0) await redis.srem(NODES, ...gone);
    this.#seen = entries.filter((entry) => entry !== null).map((entry) => JSON.parse(entry));
    this.#queue = queue;
    this.#reachedAt = performance.now();
  }

  /** Whether Redis answers, and soon: what is sent to one that is away waits for it. */
  isReached(): Promise<boolean> {
    return within(this.beat(), MOST_SILENCE_MS).catch(() => false);
  }

  #all(): NodeEntry[] {
    return [this.#parts.describe(), ...this.#others()];
  }

  /** Nodes that can count together with this one: those of its build. */
  #others(): NodeEntry[] {
    const self = this.#parts.describe();
    return this.#seen.filter(({ url, build }) => url !== self.url && build === self.build);
  }

  /** Says that this node leaves. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const { redis, describe } = this.#parts;
    const { url } = describe();
    const left = redis.multi().del(entryOf(url)).srem(NODES, url).exec();
    await within(left.catch(ignoreError), CLOSE_MS);
    redis.disconnect();
  }
}

/** Whether a node counts splits of texts behind URLs, all of which it has to read. */
function maps({ roles, schemes }: NodeEntry, urls: readonly string[]): boolean {
  return roles.includes("map") && urls.every((url) => schemes.includes(schemeOf(url)));
}

function entryOf(url: string): string {
  return `${NODES}:${url}`;
}

/** @param build Of the node that shows it. */
function showNode(node: NodeEntry, seenMs: number, build: string): NodeStatus {
  return { ...node, seenMs: Math.max(0, seenMs), state: stateOf(node, seenMs, build) };
}

function stateOf(node: NodeEntry, seenMs: number, build: string): NodeStatus["state"] {
  if (seenMs > SILENT_MS) return "silent";
  if (node.build !== build) return "apart";
  return node.splits > 0 ? "counting" : "idle";
}

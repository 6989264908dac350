import { createCountOptions } from "../../../src/contract/options.ts";
import { ClusterClock } from "../../../src/cluster/cluster_clock.ts";
import { RedisServer } from "../../../src/cluster/redis_server.ts";
import { type QueuedSplit, SplitQueue } from "../../../src/cluster/split_queue.ts";
import type { RunSplit } from "../../../src/cluster/split_worker.ts";
import type { SplitOutcome, SplitTask } from "../../../src/cluster/split_task.ts";
import type { TestRedis } from "./redis.ts";

/** What all queues of tests have in Redis. */
export const PREFIX = "millrace-test";

const MIB = 1024 * 1024;

/** Whose a split is, and how large. */
export interface SplitTerms {
  job?: string;
  flow?: string;
  weight?: number;
  /** 1 MiB. */
  bytes?: number;
}

/** A split that no node could read. */
export function makeSplit(
  id: string,
  { job = "job", flow = job, weight = 4, bytes = MIB }: SplitTerms = {},
): QueuedSplit {
  const source = { url: "http://nowhere.test/", decompress: "none" as const };
  const task = { job, options: createCountOptions(), part: 0, source, from: 0, to: bytes };
  return { id, task, share: { flow, weight } };
}

/** What a node says of a split that it has counted. */
export function outcomeOf({ from, to }: SplitTask, node = "http://node.test"): SplitOutcome {
  return { output: { node, token: crypto.randomUUID(), from, to, keys: 0, bytes: 0 } };
}

/** Watches nothing. */
export const UNWATCHED = () => ({ begun() {}, delayed() {}, tell() {} });

/** The part of a node that takes splits. */
export function openQueue(
  redis: TestRedis,
  run: RunSplit,
  { lockMs = 2000, onEnd = () => {}, mayRun = () => true }: {
    lockMs?: number;
    onEnd?: (job: string) => void;
    mayRun?: (task: SplitTask) => boolean;
  } = {},
): SplitQueue & AsyncDisposable {
  const queue = new SplitQueue(new RedisServer(redis.url, PREFIX), {
    lockMs,
    maps: true,
    mayRun,
    run,
    onEnd,
    onStalled: () => {},
    clock: new ClusterClock(),
  });
  return Object.assign(queue, { [Symbol.asyncDispose]: () => queue.close() });
}

/** A node that has one split at a time until it is let go on, and says in which order. */
export class HeldNode {
  /** Jobs of the splits that were begun, in order. */
  readonly begun: string[] = [];
  /** Lets the splits end that it has begun, and those to come. */
  readonly #gate = Promise.withResolvers<void>();

  readonly run: RunSplit = async (task) => {
    this.begun.push(task.job);
    await this.#gate.promise;
    return outcomeOf(task);
  };

  open(): void {
    this.#gate.resolve();
  }
}

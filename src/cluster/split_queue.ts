import { Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { ignoreError, own } from "../async/own.ts";
import { within } from "../async/within.ts";
import type { ClusterClock } from "./cluster_clock.ts";
import { noteRedisError, type RedisServer } from "./redis_server.ts";
import type { SplitProgress } from "./split_progress.ts";
import type { SplitOutcome, SplitTask } from "./split_task.ts";
import { CANCELLED, SplitWorker, type SplitWorkerOptions } from "./split_worker.ts";
import { type Share, StartTags } from "./start_tags.ts";

/** Name of the queue. */
export const QUEUE = "splits";

/** How often a split is begun that fails for a passing reason, and the first pause between. */
const TRIES = { attempts: 3, backoff: { type: "exponential", delay: 500 } };

/** How long what came of a split is known: as long as its job may be begun again. */
const KEPT = { age: 6 * 60 * 60 };

/** How often a node looks for what no event has told it: Redis may have been away. */
const LOOK_MS = 2000;

/** Most events that Redis keeps: whoever misses one looks by itself. */
const MOST_EVENTS = 1000;

/** How long a node that leaves waits for Redis. */
const CLOSE_MS = 1000;

/** A split by its id in the queue, which is the same whenever the same plan is made. */
export interface QueuedSplit<Task extends SplitTask = SplitTask> {
  id: string;
  task: Task;
  /** Present if it waits for its turn; others come before all that do. */
  share?: Share;
}

/** Who is told how far a split is. */
export interface SplitWatch {
  /** A node has begun it; again where that node was lost. */
  begun(): void;
  /** It waits again: its node has failed for a passing reason, or has left it to others. */
  delayed(): void;
  tell(progress: SplitProgress): void;
}

/** How a node takes part in the queue. */
export interface SplitQueueOptions extends SplitWorkerOptions {
  /** Is told of each job that has ended, on any node. */
  onEnd(job: string): void;
  clock: ClusterClock;
}

/** A split that nothing can come of: every attempt has failed, or has taken its node with it. */
export class SplitLost extends Error {
  override readonly name = "SplitLost";
}

/** A split with its place among those that wait. */
interface PlacedSplit extends QueuedSplit {
  priority: number;
}

/** Who waits for a split. */
interface Waiter {
  split: PlacedSplit;
  watch: SplitWatch;
  resolve(outcome: SplitOutcome): void;
  reject(error: SplitLost): void;
}

/**
 * The splits of all jobs of the cluster, in a queue of BullMQ: each is run by one node at a time,
 * under a lock. What a node says after its lock has run out is refused.
 */
export class SplitQueue {
  readonly #redis: Redis;
  readonly #heard: Redis;
  readonly #queue: Queue<SplitTask, SplitOutcome>;
  readonly #events: QueueEvents;
  readonly #worker: SplitWorker;
  readonly #tags: StartTags;
  readonly #prefix: string;
  readonly #clock: ClusterClock;
  readonly #look: ReturnType<typeof setInterval>;
  #isLooking = false;
  /** By the id of the split. */
  readonly #waiters = new Map<string, Waiter>();

  constructor(server: RedisServer, parts: SplitQueueOptions) {
    const { onEnd, clock } = parts;
    const { prefix } = server;
    const options = () => ({ connection: server.options, prefix });
    this.#prefix = prefix;
    this.#clock = clock;
    this.#redis = server.connect();
    this.#heard = server.connect();
    this.#tags = new StartTags(this.#redis, prefix);
    const streams = { events: { maxLen: MOST_EVENTS } };
    this.#queue = new Queue(QUEUE, { ...options(), streams });
    this.#events = new QueueEvents(QUEUE, options());
    this.#worker = new SplitWorker({
      name: QUEUE,
      options: options(),
      isCancelled: (job) => this.#isCancelled(job),
      onBegun: (job) => this.#moveOn(job.priority, job.data),
    }, parts);
    this.#queue.on("error", noteRedisError); // without a listener, each error is written to stderr
    this.#events.on("error", noteRedisError);
    this.#listen(onEnd);
    this.#look = setInterval(() => this.#lookAfterAll(), LOOK_MS);
  }

  /** Tells of what Redis tells. */
  #listen(onEnd: SplitQueueOptions["onEnd"]): void {
    for (const ended of ["completed", "failed"] as const) {
      this.#events.on(
        ended,
        ({ jobId }: { jobId: string }) => own(this.#settle(jobId), noteRedisError),
      );
    }
    this.#events.on("active", ({ jobId }) => this.#waiters.get(jobId)?.watch.begun());
    this.#events.on("delayed", ({ jobId }) => this.#waiters.get(jobId)?.watch.delayed());
    this.#events.on("progress", ({ jobId, data }) => {
      this.#waiters.get(jobId)?.watch.tell(data as SplitProgress);
    });
    this.#heard.on("message", (channel, name) => {
      if (channel === this.#channels.split) return this.#worker.drop(name);
      this.#worker.stop(name);
      onEnd(name);
    });
    own(this.#heard.subscribe(...Object.values(this.#channels)), noteRedisError);
  }

  /** How the names of all that the queue has in Redis begin. */
  get root(): string {
    return `${this.#prefix}:${QUEUE}:`;
  }

  /** Splits that run here. */
  get running(): number {
    return this.#worker.running;
  }

  /** Splits that were handed in here, and that nothing has come of yet. */
  get awaited(): number {
    return this.#waiters.size;
  }

  /**
   * Hands splits of a job to the cluster, of which some may be there already.
   *
   * @param watchOf Gives who is told how far the split `index` is.
   * @returns What comes of each; rejects with SplitLost.
   */
  async add(
    splits: readonly QueuedSplit[],
    watchOf: (index: number) => SplitWatch,
  ): Promise<Promise<SplitOutcome>[]> {
    const placed = splits.map((split) => ({ ...split, priority: 1 }));
    const outcomes = placed.map((split, index) => {
      const { promise, resolve, reject } = Promise.withResolvers<SplitOutcome>();
      own(promise, ignoreError); // whoever waits for them all may never ask for this one
      this.#waiters.set(split.id, { split, watch: watchOf(index), resolve, reject });
      return promise;
    });
    await this.#reopen(splits);
    await this.#place(placed);
    await this.#enqueue(placed);
    for (const { id } of splits) own(this.#settle(id), noteRedisError); // those that were done before
    return outcomes;
  }

  /** Lets go of a job that is done, and of its splits, on all nodes. */
  async forget(job: string, ids: readonly string[]): Promise<void> {
    this.#leave(ids);
    await this.#redis.publish(this.#channels.job, job);
    await this.#remove(ids);
  }

  /** Ends a job on all nodes, and lets go of its splits. */
  async cancel(job: string, ids: readonly string[]): Promise<void> {
    this.#worker.stop(job);
    this.#leave(ids);
    await this.#redis.set(this.#markOf(job), "", "EX", KEPT.age);
    await this.#redis.publish(this.#channels.job, job);
    await this.#remove(ids);
  }

  /** Ends a split, wherever it is. */
  async drop(id: string): Promise<void> {
    this.#leave([id]);
    await this.#redis.publish(this.#channels.split, id);
    await this.#remove([id]);
  }

  async close(): Promise<void> {
    clearInterval(this.#look);
    const parts = [this.#worker, this.#events, this.#queue];
    const closed = Promise.allSettled(parts.map((each) => each.close()));
    if (!await within(closed, CLOSE_MS)) { // Redis is away
      for (const each of parts) own(each.disconnect(), ignoreError);
    }
    for (const connection of [this.#redis, this.#heard]) connection.disconnect();
  }

  /** Where ends of jobs and of splits are told. */
  get #channels(): { job: string; split: string } {
    return { job: `${this.#prefix}:ended`, split: `${this.#prefix}:dropped` };
  }

  #leave(ids: readonly string[]): void {
    for (const id of ids) this.#waiters.delete(id);
  }

  async #remove(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#queue.remove(id).catch(ignoreError))); // it may run
  }

  /** Forgets what an earlier attempt at their jobs has ended with, which may have been cancelled. */
  async #reopen(splits: readonly QueuedSplit[]): Promise<void> {
    const jobs = new Set(splits.map(({ task: { job } }) => job));
    for (const job of jobs) await this.#redis.del(this.#markOf(job));
    await Promise.all(splits.map(async ({ id }) => {
      if (await this.#queue.getJobState(id) === "failed") await this.#queue.remove(id);
    }));
  }

  /** Gives splits of one job their places among those that wait. */
  async #place(splits: readonly PlacedSplit[]): Promise<void> {
    const share = splits[0]?.share;
    if (!share) return;
    const priorities = await this.#tags.give(share, splits.map(({ task }) => bytesOf(task)));
    splits.forEach((split, index) => split.priority = priorities[index]);
  }

  async #enqueue(splits: readonly PlacedSplit[]): Promise<void> {
    const timestamp = Math.round(this.#clock.now ?? Date.now());
    await this.#queue.addBulk(splits.map(({ id, task, priority }) => ({
      name: QUEUE,
      data: task,
      opts: {
        jobId: id,
        priority,
        timestamp,
        ...TRIES,
        removeOnComplete: KEPT,
        removeOnFail: KEPT,
      },
    })));
  }

  async #isCancelled(job: string): Promise<boolean> {
    return await this.#redis.exists(this.#markOf(job)) > 0;
  }

  /** Those that wait come nearer to their turn by a split that begins. */
  async #moveOn(priority: number, task: SplitTask): Promise<void> {
    const shift = await this.#tags.begin(priority, bytesOf(task));
    if (shift === 0) return;
    for (const job of await this.#queue.getJobs(["prioritized", "delayed"], 0, -1, true)) {
      await job.changePriority({ priority: Math.max(1, job.priority - shift) });
    }
  }

  #markOf(job: string): string {
    return `${this.#prefix}:cancelled:${job}`;
  }

  /**
   * Tells who waits for a split what has come of it, if something has; hands it in again if Redis has
   * lost it.
   */
  async #settle(id: string): Promise<void> {
    if (!this.#waiters.has(id)) return; // each node hears of the splits of all
    const state = await this.#queue.getJobState(id);
    const lost = state === "unknown" ? this.#waiters.get(id) : undefined;
    if (lost) return await this.#enqueue([lost.split]);
    if (state !== "completed" && state !== "failed") return;
    const job = await this.#queue.getJob(id);
    const waiter = this.#waiters.get(id);
    if (!job || !waiter) return;
    if (state === "failed" && job.failedReason === CANCELLED) {
      return await this.#renew(waiter.split);
    }
    this.#waiters.delete(id);
    if (state === "completed") waiter.resolve(job.returnvalue);
    else waiter.reject(new SplitLost(job.failedReason));
  }

  /** Hands in again what was cancelled for an earlier job of the same name, and is wanted again. */
  async #renew(split: PlacedSplit): Promise<void> {
    await this.#reopen([split]);
    await this.#enqueue([split]);
  }

  /** Looks what has become of what is waited for. */
  async #lookAfterAll(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      for (const id of [...this.#waiters.keys()]) await this.#settle(id);
    } catch (error) {
      noteRedisError(error);
    } finally {
      this.#isLooking = false;
    }
  }
}

function bytesOf({ from, to }: SplitTask): number {
  return to - from;
}

import { type Job, UnrecoverableError, Worker, type WorkerOptions } from "bullmq";
import { own } from "../async/own.ts";
import { handBack } from "./hand_back.ts";
import { noteRedisError } from "./redis_server.ts";
import type { SplitProgress } from "./split_progress.ts";
import type { SplitOutcome, SplitTask } from "./split_task.ts";

/** How often a split may take its node with it and be begun again. */
const MOST_STALLS = 2;

/** How often a node tells how far it is with a split, and looks whether its job was cancelled. */
const TELL_MS = 500;

/** Why a split is not counted whose job was cancelled. */
export const CANCELLED = "cancelled";

/** Why a node stops a split that was given to another one. */
const GIVEN_AWAY = "given away";

type SplitJob = Job<SplitTask, SplitOutcome>;

/** A try to count a split. */
export interface SplitAttempt {
  signal: AbortSignal;
  /** Whether the split was begun before, here or elsewhere. */
  isRepeated: boolean;
  /** Whether no other attempt follows where this one fails for a passing reason. */
  isLast: boolean;
  /** Has the queue tell how far it is, by looking now and then. */
  follow(look: () => SplitProgress): void;
}

/** Counts a split here. @throws What another attempt may not meet. */
export type RunSplit = (task: SplitTask, attempt: SplitAttempt) => Promise<SplitOutcome>;

/** How a node takes splits. */
export interface SplitWorkerOptions {
  /** How long a node keeps its splits that shows no sign of life. */
  lockMs: number;
  /** Whether the node takes splits. */
  maps: boolean;
  /** Whether it can read what a split is of: it hands back others. */
  mayRun(task: SplitTask): boolean;
  run: RunSplit;
  /** Is told of each split whose node shows no sign of life, by the node that finds it. */
  onStalled(): void;
}

/** The queue that a worker takes splits from. */
export interface SplitSource {
  name: string;
  options: Pick<WorkerOptions, "connection" | "prefix">;
  /** Whether a job was cancelled, which this node may not have heard. */
  isCancelled(job: string): Promise<boolean>;
  /** Is told of each split that begins. */
  onBegun(job: SplitJob): Promise<void>;
}

/** The part of a node that takes splits from the queue and counts them, one at a time. */
export class SplitWorker {
  readonly #source: SplitSource;
  readonly #options: SplitWorkerOptions;
  readonly #worker: Worker<SplitTask, SplitOutcome>;
  /** Jobs of the splits that run here, by the ids of the splits. */
  readonly #running = new Map<string, string>();

  constructor(source: SplitSource, options: SplitWorkerOptions) {
    this.#source = source;
    this.#options = options;
    const { lockMs, maps, onStalled } = options;
    this.#worker = new Worker(
      source.name,
      (job: SplitJob, token, signal) => this.#take(job, token, signal!),
      {
        ...source.options,
        autorun: maps,
        concurrency: 1, // an engine counts one split with all of its threads
        lockDuration: lockMs,
        stalledInterval: lockMs / 2,
        maxStalledCount: MOST_STALLS,
        drainDelay: 1,
      },
    );
    this.#worker.on("error", noteRedisError);
    this.#worker.on("stalled", onStalled);
    this.#worker.on("lockRenewalFailed", (ids) => {
      for (const id of ids) this.#worker.cancelJob(id, GIVEN_AWAY);
    });
  }

  /** Splits that run here. */
  get running(): number {
    return this.#running.size;
  }

  /** Ends the splits of a job that run here. */
  stop(job: string): void {
    for (const [id, of] of this.#running) if (of === job) this.drop(id);
  }

  /** Ends a split, if it runs here. */
  drop(id: string): void {
    this.#worker.cancelJob(id, CANCELLED);
  }

  /** Takes no more, and gives up what it has. */
  async close(): Promise<void> {
    for (const id of this.#running.keys()) this.#worker.cancelJob(id);
    await this.#worker.close();
  }

  async disconnect(): Promise<void> {
    await this.#worker.disconnect();
  }

  async #take(
    job: SplitJob,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<SplitOutcome> {
    if (!this.#options.mayRun(job.data)) await handBack(job, token);
    return await this.#run(job, signal);
  }

  async #run(job: SplitJob, signal: AbortSignal): Promise<SplitOutcome> {
    const { data } = job;
    const id = job.id!;
    const { isCancelled, onBegun } = this.#source;
    let look: (() => SplitProgress) | undefined;
    let told = 0;
    const timer = setInterval(() => {
      own(isCancelled(data.job), noteRedisError, (is) => is && this.stop(data.job));
      const progress = look?.();
      if (!progress || progress.bytes === told) return;
      told = progress.bytes;
      own(job.updateProgress(progress), noteRedisError);
    }, TELL_MS);
    this.#running.set(id, data.job);
    try {
      if (await isCancelled(data.job)) throw new UnrecoverableError(CANCELLED);
      own(onBegun(job), noteRedisError);
      const isRepeated = job.attemptsMade + job.stalledCounter > 0; // others were handed back
      const isLast = job.attemptsMade + 1 >= job.opts.attempts!;
      const follow = (how: () => SplitProgress) => void (look = how);
      return await this.#options.run(data, { signal, isRepeated, isLast, follow });
    } catch (error) {
      if (signal.reason === CANCELLED) throw new UnrecoverableError(CANCELLED);
      throw error instanceof Error ? error : new Error(String(error)); // a reason may be text
    } finally {
      clearInterval(timer);
      this.#running.delete(id);
    }
  }
}

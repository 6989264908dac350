import { ignoreError, own } from "../async/own.ts";
import { sleep } from "../async/sleep.ts";
import type { QueuedSplit, SplitQueue, SplitWatch } from "./split_queue.ts";
import type { SplitProgress } from "./split_progress.ts";
import type { SplitOutcome, SplitTask } from "./split_task.ts";
import { findStragglers, type SplitPace } from "./stragglers.ts";

/** Most splits of a job that the queue has at once, for each node: one that runs and the next. */
const MOST_PER_NODE = 2;

/** Most splits that the queue has of all jobs of a node; beyond them, each job has one at a time. */
const MOST_OF_ALL = 256;

/** How often it is looked whether a split is to be begun a second time, or whether Redis has room. */
const LOOK_MS = 500;

/** What Redis says that is full, is being loaded, or cannot write its log. */
const REFUSED_FOR_NOW = /\b(OOM|LOADING|MISCONF)\b/;

/** What handing in the splits of a job takes. */
export interface JobSplitsContext {
  queue: Pick<SplitQueue, "add" | "forget" | "cancel" | "drop" | "awaited">;
  nodes: number;
  /** Nodes that have no split now. */
  idleNodes(): number;
  /** Whether Redis has taken some of the job before. @default {false} */
  isTaken?: boolean;
  /** Is told how far a split is. */
  tell(index: number, progress: SplitProgress): void;
}

/** A split with what comes of it, whichever attempt brings it. */
interface Awaited<Task extends SplitTask> extends SplitPace {
  readonly split: QueuedSplit<Task>;
  readonly outcome: PromiseWithResolvers<SplitOutcome>;
  /** Attempts that nothing has come of yet. */
  readonly open: Set<string>;
}

/**
 * The splits of a job on their way through the cluster, which are told as they are planned: a few at a
 * time are in the queue, and more follow as these end. What takes far too long, once all are planned,
 * is begun a second time; the outcome that comes first is taken, and the other attempt is dropped.
 */
export class JobSplits<Task extends SplitTask = SplitTask> {
  readonly #job: string;
  readonly #context: JobSplitsContext;
  readonly #splits: Awaited<Task>[] = [];
  /** Everything that was handed to the queue. */
  readonly #ids: string[] = [];
  /** Looks for stragglers. */
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The first that was not handed in; Infinity once none is to be. */
  #next = 0;
  /** Whether Redis has taken some. */
  #isTaken: boolean;

  /** @param job Name of the job in the cluster. */
  constructor(job: string, context: JobSplitsContext) {
    this.#job = job;
    this.#context = context;
    this.#isTaken = context.isTaken ?? false;
  }

  /**
   * Tells of splits that follow those before, and hands in as many as there is room for; the others
   * follow.
   *
   * @throws {Error} If Redis refuses.
   */
  async more(splits: readonly QueuedSplit<Task>[]): Promise<void> {
    for (const split of splits) {
      const outcome = Promise.withResolvers<SplitOutcome>();
      own(outcome.promise, ignoreError); // an earlier one may fail first
      const { from, to } = split.task;
      const pace = { bytes: to - from, isDone: false, isTwice: false };
      this.#splits.push({ split, outcome, open: new Set(), ...pace });
    }
    await this.#handIn();
  }

  /** All splits have been told. */
  end(): void {
    if (this.#next === Infinity) return;
    this.#timer ??= setInterval(() => this.#lookForStragglers(), LOOK_MS);
  }

  /** What comes of a split; rejects with SplitLost. */
  outcome(index: number): Promise<SplitOutcome> {
    return this.#splits[index].outcome.promise;
  }

  /**
   * Has a split counted again, before all that wait: what was counted of it is lost, or is not what was
   * to be counted.
   *
   * @param split By an id of its own.
   */
  async again(index: number, split: QueuedSplit<Task>): Promise<SplitOutcome> {
    const [outcome] = await this.#enqueue([split], () => this.#watch(index));
    return await outcome;
  }

  /** Lets go of them all, once nobody needs them any more. */
  async forget(): Promise<void> {
    await this.#context.queue.forget(this.#job, this.#ids);
  }

  /** Ends them on all nodes. */
  async cancel(): Promise<void> {
    this.#next = Infinity;
    await this.#context.queue.cancel(this.#job, this.#ids);
  }

  /** Looks after them no more. */
  close(): void {
    this.#next = Infinity;
    clearInterval(this.#timer);
  }

  /** Hands in as many as there is room for. */
  async #handIn(): Promise<void> {
    const first = this.#next;
    const splits = this.#splits.slice(first, first + this.#room());
    if (splits.length === 0) return;
    this.#next += splits.length;
    await this.#add(splits.map(({ split }) => split), first);
  }

  /** How many splits more the queue may have of the job. */
  #room(): number {
    const { queue, nodes } = this.#context;
    const out = this.#splits.reduce((sum, { open }) => sum + open.size, 0);
    const ofAll = Math.max(MOST_OF_ALL - queue.awaited, out === 0 ? 1 : 0);
    return Math.max(0, Math.min(MOST_PER_NODE * nodes - out, ofAll));
  }

  /** Hands in splits, of which the first is an attempt at the job's split `first`. */
  async #add(splits: readonly QueuedSplit[], first: number): Promise<void> {
    splits.forEach(({ id }, i) => this.#splits[first + i].open.add(id));
    const added = await this.#enqueue(splits, (i) => this.#watch(first + i));
    added.forEach((outcome, i) => {
      const { id } = splits[i];
      own(outcome, (error) => this.#fail(first + i, id, error), (value) => {
        this.#take(first + i, id, value);
      });
    });
  }

  /**
   * Hands splits to the queue. Redis may be full: once it has taken some of the job, the others wait until
   * it has room.
   *
   * @throws {Error} If Redis refuses the first ones, or for good.
   */
  async #enqueue(
    splits: readonly QueuedSplit[],
    watchOf: (index: number) => SplitWatch,
  ): Promise<Promise<SplitOutcome>[]> {
    this.#ids.push(...splits.map(({ id }) => id));
    for (;;) {
      try {
        const added = await this.#context.queue.add(splits, watchOf);
        this.#isTaken = true;
        return added;
      } catch (error) {
        if (!this.#isTaken || this.#next === Infinity || !REFUSED_FOR_NOW.test(`${error}`)) {
          throw error;
        }
        await sleep(LOOK_MS);
      }
    }
  }

  #watch(index: number) {
    const awaited = this.#splits[index];
    return {
      begun: () => void (awaited.begunAt ??= performance.now()),
      delayed: () => void (awaited.begunAt = undefined),
      tell: (progress: SplitProgress) => this.#context.tell(index, progress),
    };
  }

  /** Takes the first outcome of a split, and drops the attempts that would bring another. */
  #take(index: number, id: string, outcome: SplitOutcome): void {
    const awaited = this.#splits[index];
    awaited.isDone = true;
    if (awaited.begunAt !== undefined && !awaited.isTwice) {
      awaited.tookMs = performance.now() - awaited.begunAt;
    }
    awaited.open.delete(id);
    for (const other of awaited.open) own(this.#context.queue.drop(other), ignoreError);
    awaited.open.clear();
    awaited.outcome.resolve(outcome);
    this.#goOn();
  }

  /** An attempt has failed for good; another one may not. */
  #fail(index: number, id: string, error: unknown): void {
    const { open, outcome } = this.#splits[index];
    open.delete(id);
    if (open.size === 0) outcome.reject(error);
    this.#goOn();
  }

  #goOn(): void {
    own(this.#handIn(), (error) => {
      for (const { outcome } of this.#splits) outcome.reject(error);
    });
  }

  #lookForStragglers(): void {
    for (
      const index of findStragglers(this.#splits, performance.now(), this.#context.idleNodes())
    ) {
      const awaited = this.#splits[index];
      awaited.isTwice = true;
      const second = { ...awaited.split, id: `${awaited.split.id}-twice` };
      own(this.#add([second], index), (error) => this.#fail(index, second.id, error));
    }
  }
}

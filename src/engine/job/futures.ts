import { own } from "../../async/own.ts";
import { JobError } from "../../contract/problems.ts";
import type {
  JobHandle,
  JobProgress,
  JobResult,
  ProgressOptions,
  WaitOptions,
} from "../job_contract.ts";

const callbacks = new WeakMap<Promise<unknown>, Set<() => void>>();

/**
 * Calls back once when a promise settles. However many watchers come and go, the promise has one
 * reaction: waiting for a job again and again leaves nothing behind.
 *
 * @returns Takes the callback back.
 */
export function onSettled(promise: Promise<unknown>, callback: () => void): () => void {
  let watchers = callbacks.get(promise);
  if (!watchers) {
    const all = new Set<() => void>();
    const callAll = () => {
      callbacks.delete(promise); // who comes now begins anew
      all.forEach((each) => each());
    };
    own(promise.then(callAll, callAll));
    callbacks.set(promise, watchers = all);
  }
  const watcher = () => callback(); // of its own: the same function may watch twice
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

/** Waits for a job's answer; the wait may end early, the job goes on. */
export function waitForResult(
  job: Pick<JobHandle, "id" | "done">,
  { timeoutMs, signal }: WaitOptions = {},
): Promise<JobResult> {
  if (timeoutMs === undefined && !signal) return job.done;
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const timer = startTimer(timeoutMs, () => {
      end();
      const message = `Cannot answer job ${job.id}: it was not done after ${timeoutMs} ms`;
      reject(new JobError("result_timeout", message, { details: { limit: timeoutMs } }));
    });
    const abort = () => {
      end();
      reject(signal!.reason);
    };
    const unwatch = onSettled(job.done, () => {
      end();
      resolve(job.done);
    });
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      unwatch();
    };
    signal?.addEventListener("abort", abort);
  });
}

/** Longer timers would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function startTimer(timeoutMs: number | undefined, onTimer: () => void) {
  if (timeoutMs === undefined || timeoutMs > LONGEST_TIMER_MS) return undefined;
  return setTimeout(onTimer, timeoutMs);
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * Reports of one job, no more often than every `intervalMs`.
 *
 * Only a pending `next()` holds a timer and watches the job, and the timer does not keep the
 * process alive: whoever stops asking leaves nothing behind.
 */
export class ProgressReports implements AsyncIterableIterator<JobProgress> {
  readonly #job: Pick<JobHandle, "state" | "counters" | "done">;
  readonly #intervalMs: number;
  readonly #signal: AbortSignal | undefined;
  #last: JobProgress | undefined;
  #lastAt = -Infinity;
  #ended = false;
  #queue: Promise<unknown> | undefined;
  /** Ends the wait that is under way. */
  #wake: (() => void) | undefined;

  constructor(
    job: Pick<JobHandle, "state" | "counters" | "done">,
    { intervalMs = 100, signal }: ProgressOptions = {},
  ) {
    this.#job = job;
    this.#intervalMs = intervalMs;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Calls that overlap are answered one after the other. */
  next(): Promise<IteratorResult<JobProgress>> {
    const next = this.#queue ? this.#queue.then(() => this.#next()) : this.#next();
    const queued = next.then(() => {
      if (this.#queue === queued) this.#queue = undefined;
    });
    this.#queue = queued;
    return next;
  }

  return(): Promise<IteratorResult<JobProgress>> {
    this.#ended = true;
    this.#wake?.();
    return Promise.resolve(DONE);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #next(): Promise<IteratorResult<JobProgress>> {
    while (!this.#ended && !this.#signal?.aborted) {
      const wait = this.#lastAt + this.#intervalMs - performance.now();
      const value = { ...this.#job.counters, state: this.#job.state };
      const over = value.state !== "pending" && value.state !== "running";
      if (over || (wait <= 0 && differs(value, this.#last))) {
        this.#ended = over;
        this.#last = value;
        this.#lastAt = performance.now();
        return { done: false, value };
      }
      await this.#sleep(wait > 0 ? wait : this.#intervalMs);
    }
    return DONE;
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        unwatch();
        this.#signal?.removeEventListener("abort", wake);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, delayMs);
      Deno.unrefTimer(timer);
      const unwatch = onSettled(this.#job.done, wake);
      this.#signal?.addEventListener("abort", wake);
      this.#wake = wake;
    });
  }
}

function differs(a: JobProgress, b: JobProgress | undefined): boolean {
  return a.bytes !== b?.bytes || a.chunks !== b.chunks || a.tokens !== b.tokens ||
    a.state !== b.state;
}

/**
 * Gives jobs as they finish, whether done, failed or cancelled, however they were ordered.
 *
 * The jobs go on when the iteration ends early.
 *
 * @example
 * ```ts
 * import { asCompleted, Engine } from "@millrace/millrace";
 *
 * await using engine = await Engine.start({ workers: 1 });
 * const texts = ["to be", "or not", "to be"];
 * let tokens = 0;
 * for await (const job of asCompleted(texts.map((text) => engine.submit(text)))) {
 *   tokens += (await job.done).totals.tokens;
 * }
 * if (tokens !== 6) throw new Error(`${tokens} tokens`);
 * ```
 *
 * @param jobs Jobs of any engine; each is given once for each time that it is named.
 * @param options.timeoutMs Longest time for all of them together.
 * @throws {JobError} `result_timeout` if jobs are left when the time is over.
 * @throws The signal's reason if it is aborted.
 */
export async function* asCompleted<J extends { readonly done: Promise<unknown> }>(
  jobs: Iterable<J>,
  { timeoutMs, signal }: WaitOptions = {},
): AsyncGenerator<J, void, void> {
  const finished: J[] = [];
  const failed = { reason: undefined as { error: unknown } | undefined };
  let wake = () => {};
  let left = 0;
  const fail = (error: unknown) => {
    failed.reason ??= { error };
    wake();
  };
  const abort = () => fail(signal!.reason);
  const late = () => {
    const message = `Cannot wait for ${left} more jobs: they were not done after ${timeoutMs} ms`;
    fail(new JobError("result_timeout", message, { details: { limit: timeoutMs } }));
  };
  const timer = startTimer(timeoutMs, late);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  const unwatch = Array.from(jobs, (job) => {
    left++;
    return onSettled(job.done, () => {
      finished.push(job);
      wake();
    });
  });
  try {
    while (left > 0) {
      while (finished.length === 0 && !failed.reason) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      if (finished.length === 0 || signal?.aborted) throw failed.reason!.error;
      left--;
      yield finished.shift()!;
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    for (const each of unwatch) each();
  }
}

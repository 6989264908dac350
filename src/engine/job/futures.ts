import { onSettled } from "../../async/on_settled.ts";
import { settledWithin } from "../../async/settled_within.ts";
import { JobError } from "../../contract/problems.ts";
import type {
  Job,
  JobHandle,
  JobProgress,
  JobResult,
  ProgressOptions,
  WaitOptions,
} from "../job_contract.ts";

/** Waits for a job's answer; the wait may end early, the job goes on. */
export function waitForResult(
  job: Pick<JobHandle, "id" | "done">,
  options: WaitOptions = {},
): Promise<JobResult> {
  const { timeoutMs, signal } = options;
  if (timeoutMs === undefined && !signal) return job.done;
  return settledWithin([job.done], options).then((hasSettled) => {
    if (hasSettled) return job.done;
    const message = `Cannot answer job ${job.id}: it was not done after ${timeoutMs} ms`;
    throw new JobError("result_timeout", message, { details: { limit: timeoutMs } });
  });
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

type SeenJob = Pick<Job, "state" | "counters" | "bytesRead" | "done">;

/**
 * Reports of one job, no more often than every `intervalMs`.
 *
 * Only a pending `next()` holds a timer and watches the job, and the timer does not keep the
 * process alive: a reader that stops asking leaves nothing behind.
 */
export class ProgressReports implements AsyncIterableIterator<JobProgress> {
  readonly #job: SeenJob;
  readonly #intervalMs: number;
  readonly #signal: AbortSignal | undefined;
  #last: JobProgress | undefined;
  #lastAt = -Infinity;
  #ended = false;
  #queue: Promise<unknown> | undefined;
  /** Ends the wait that is under way. */
  #wake: (() => void) | undefined;

  constructor(
    job: SeenJob,
    { intervalMs = 100, signal }: ProgressOptions = {},
  ) {
    this.#job = job;
    this.#intervalMs = intervalMs;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Overlapping calls are answered one after the other. */
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
      const { counters, bytesRead, state } = this.#job;
      const value = { ...counters, state, bytesRead };
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
    a.state !== b.state || a.bytesRead !== b.bytesRead;
}

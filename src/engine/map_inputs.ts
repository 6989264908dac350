import { ignoreError, own } from "../async/own.ts";
import { JobError } from "../contract/problems.ts";
import type { Job, JobInput, JobResult, SubmitOptions } from "./job_contract.ts";

/** How many inputs are counted, and how far ahead of their answers. */
export interface MapOptions extends SubmitOptions {
  /** Most inputs that are submitted and not yet answered. @default {4 per worker} */
  lookAhead?: number;
}

/**
 * Answers in the order of the inputs, with some of them counted ahead.
 *
 * 1. `window` holds the submitted jobs in the order of their inputs, at most `lookAhead`.
 * 2. At most one input is being pulled; it is submitted before the next is pulled.
 * 3. A full engine shortens the window; an input is refused only when the window is empty.
 */
export async function* mapInputs(
  inputs: Iterable<JobInput> | AsyncIterable<JobInput>,
  { lookAhead, signal }: { lookAhead: number; signal?: AbortSignal },
  submit: (input: JobInput) => Job,
): AsyncGenerator<JobResult, void, void> {
  const source = new InputSource(inputs);
  const window: Job[] = [];
  const aborted = Promise.withResolvers<never>();
  own(aborted.promise, ignoreError); // it may be rejected while nothing waits for it
  const abort = () => aborted.reject(signal!.reason);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    for (;;) {
      const input = source.input;
      if (input !== undefined && trySubmit(input, window, submit)) source.take();
      const pulling = window.length < lookAhead ? source.pull() : undefined;
      const answer = window[0]?.done;
      if (!answer && !pulling) return source.throwIfFailed();
      const waits = [answer, pulling, aborted.promise].filter((each) => each !== undefined);
      const ready = await Promise.race<JobResult | void>(waits);
      if (ready === undefined) continue;
      window.shift();
      yield ready;
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    await Promise.all(window.map((job) => job[Symbol.asyncDispose]()));
    await source.close();
  }
}

/** Inputs one by one, pulled while something else is waited for. */
class InputSource {
  /** The input that was pulled and not taken. */
  input: JobInput | undefined;
  readonly #iterator: Iterator<JobInput> | AsyncIterator<JobInput>;
  #pulling: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;
  #ended = false;

  constructor(inputs: Iterable<JobInput> | AsyncIterable<JobInput>) {
    this.#iterator = Symbol.asyncIterator in inputs
      ? inputs[Symbol.asyncIterator]()
      : inputs[Symbol.iterator]();
  }

  /** Resolves when an input is here, or no more will come; undefined when that is so already. */
  pull(): Promise<void> | undefined {
    if (this.#ended || this.input !== undefined) return undefined;
    return this.#pulling ??= this.#pull();
  }

  async #pull(): Promise<void> {
    try {
      const { value, done } = await this.#iterator.next();
      if (done) this.#ended = true;
      else this.input = value;
    } catch (error) {
      this.#failure = { error };
      this.#ended = true;
    }
    this.#pulling = undefined;
  }

  take(): void {
    this.input = undefined;
  }

  /** Throws what the iterator has thrown; called after the answers that come before it. */
  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** Ends the iterator; does not wait for an input that may never come. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const closed = Promise.resolve(this.#iterator.return?.());
    if (!this.#pulling) await closed;
    else own(closed, ignoreError);
  }
}

/** Submits an input. @returns false if jobs of the window must end first. */
function trySubmit(input: JobInput, window: Job[], submit: (input: JobInput) => Job): boolean {
  try {
    window.push(submit(input));
    return true;
  } catch (error) {
    const full = error instanceof JobError && error.code === "too_many_jobs";
    if (full && window.length > 0) return false;
    throw error;
  }
}

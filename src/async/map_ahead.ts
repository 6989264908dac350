import { ownQuietly } from "./own_quietly.ts";

/** What was begun for one input; disposing of it ends it. */
export interface Begun<R> extends AsyncDisposable {
  readonly done: Promise<R>;
}

/**
 * Results in the order of the inputs, with some of them begun ahead.
 *
 * 1. `window` holds what was begun in the order of the inputs, at most `lookAhead`.
 * 2. At most one input is being pulled; it is begun before the next is pulled.
 * 3. Whoever begins may ask for a shorter window; not when the window is empty.
 *
 * Ending the iteration ends what was begun.
 *
 * @param begin Begins for an input; undefined if something of the window must end first, which may
 * be asked for only if `mayWait`.
 * @throws The signal's reason when it is aborted; what an input has thrown or failed with, when its
 * turn comes.
 */
export async function* mapAhead<T, R>(
  inputs: Iterable<T> | AsyncIterable<T>,
  { lookAhead, signal }: { lookAhead: number; signal?: AbortSignal },
  begin: (input: T, mayWait: boolean) => Begun<R> | undefined,
): AsyncGenerator<R, void, void> {
  const source = new InputSource(inputs);
  const window: Begun<R>[] = [];
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => abort = () => reject(signal!.reason));
  ownQuietly(aborted); // it may be rejected while nothing waits for it
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    for (;;) {
      if (source.input !== undefined) {
        const begun = begin(source.input, window.length > 0);
        if (begun) {
          window.push(begun);
          source.take();
        }
      }
      const pulling = window.length < lookAhead ? source.pull() : undefined;
      const answer = window[0]?.done.then((value) => ({ value }));
      if (!answer && !pulling) return source.throwIfFailed();
      const waits = [answer, pulling, aborted].filter((each) => each !== undefined);
      const ready = await Promise.race<{ value: R } | void>(waits);
      if (ready === undefined) continue;
      window.shift();
      yield ready.value;
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    await Promise.all(window.map((each) => each[Symbol.asyncDispose]()));
    await source.close();
  }
}

/** Inputs one by one, pulled while something else is waited for. */
class InputSource<T> {
  /** The input that was pulled and not taken. */
  input: T | undefined;
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  #pulling: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;
  #ended = false;

  constructor(inputs: Iterable<T> | AsyncIterable<T>) {
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
    else ownQuietly(closed);
  }
}

/** The first pause is at most so long, and each later one twice as long as the one before. */
const FIRST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 8_000;

/** A pause before the next try, of any length up to a bound, so that clients do not come at once. */
export function pauseAfter(tries: number): number {
  return Math.random() * Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
}

/** Resolves after a while. @throws The signal's reason, as soon as it is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await abortable(new Promise<void>((resolve) => timer = setTimeout(resolve, ms)), signal);
  } finally {
    clearTimeout(timer);
  }
}

/** What a promise comes to. @throws The signal's reason, as soon as it is aborted. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => abort = () => reject(signal.reason));
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/**
 * Runs something that a signal, or the end of a time, may abort.
 *
 * @param timeoutMs No bound if it is none or not finite.
 */
export async function bounded<T>(
  { signal, timeoutMs = Infinity }: { signal?: AbortSignal; timeoutMs?: number },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const end = () =>
    limit.abort(new DOMException(`There was no answer after ${timeoutMs} ms`, "TimeoutError"));
  const timer = Number.isFinite(timeoutMs) ? setTimeout(end, timeoutMs) : undefined;
  try {
    return await run(signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
  } finally {
    clearTimeout(timer);
  }
}

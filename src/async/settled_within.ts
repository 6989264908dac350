import { onSettled } from "./on_settled.ts";
import { startTimer } from "./timers.ts";

/**
 * Waits until one of some promises has settled, however it has, but no longer than `timeoutMs`.
 * What is waited for goes on either way, and keeps nothing of the wait.
 *
 * @param options.timeoutMs Longest wait. @default {no bound}
 * @param options.signal Ends the wait when aborted.
 * @returns Whether one of the promises has settled in time.
 * @throws The signal's reason if it is aborted first.
 */
export function settledWithin(
  promises: readonly Promise<unknown>[],
  { timeoutMs, signal }: { timeoutMs?: number; signal?: AbortSignal },
): Promise<boolean> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const end = (hasSettled: boolean) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      for (const each of unwatch) each();
      resolve(hasSettled);
    };
    const abort = () => {
      reject(signal!.reason);
      end(false);
    };
    const timer = startTimer(timeoutMs, () => end(false));
    const unwatch = promises.map((promise) => onSettled(promise, () => end(true)));
    signal?.addEventListener("abort", abort);
  });
}

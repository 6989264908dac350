import { ignoreError, own } from "./own.ts";
import { settledWithin } from "./settled_within.ts";

/**
 * What a promise gives, unless nobody wants it any more. What is waited for goes on either way.
 *
 * @throws The signal's reason if it is aborted first.
 */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  own(promise, ignoreError); // it may fail after nobody wants it
  await settledWithin([promise], { signal });
  return await promise;
}

/**
 * Takes charge of a promise that nobody awaits: one that is left alone ends the process when it is
 * rejected. A check of the types holds that every promise here is awaited, handed on, or owned.
 *
 * @param onError What becomes of its failure; it must not throw.
 */
export function own(promise: PromiseLike<unknown>, onError: (error: unknown) => void): void {
  promise.then(undefined, onError);
}

/** For `own`: the failure is told to somebody else, or interests nobody any more. */
export function ignoreError(): void {}

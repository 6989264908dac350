/**
 * Handles a promise that is not awaited: an unhandled one ends the process when it is rejected. It
 * needs no log, so that clients can load it; a server has `own`.
 *
 * @param onError What becomes of its failure; it must not throw. @default {nothing}
 */
export function ownQuietly(
  promise: PromiseLike<unknown>,
  onError: (error: unknown) => void = () => {},
): void {
  promise.then(undefined, onError);
}

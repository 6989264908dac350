/**
 * Handles a promise that is not awaited: an unhandled one ends the process when it is rejected. The
 * server has an `own` that logs, which a client cannot load.
 *
 * @param onError What becomes of its failure; it must not throw. @default {nothing}
 */
export function own(
  promise: PromiseLike<unknown>,
  onError: (error: unknown) => void = () => {},
): void {
  promise.then(undefined, onError);
}

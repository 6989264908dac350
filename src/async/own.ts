import { getLogger } from "@logtape/logtape";

const logger = getLogger("millrace");

/**
 * Handles a promise that is not awaited: an unhandled one ends the process when it is rejected. A
 * check of the types makes sure that every promise here is awaited, handed on, or owned.
 *
 * @param onError What becomes of its failure; it must not throw. @default {it is logged}
 * @param onValue What becomes of its value; it must not throw either. @default {nothing}
 */
export function own<T>(
  promise: PromiseLike<T>,
  onError: (error: unknown) => void = logError,
  onValue?: (value: T) => void,
): void {
  promise.then(onValue, onError);
}

/** For `own`: the failure is reported elsewhere, or does not matter any more. */
export function ignoreError(): void {}

function logError(error: unknown): void {
  logger.error("Work in the background failed", { error });
}

import { getLogger } from "@logtape/logtape";

const logger = getLogger("millrace");

/**
 * Takes charge of a promise that nobody awaits: one that is left alone ends the process when it is
 * rejected. A check of the types holds that every promise here is awaited, handed on, or owned.
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

/** For `own`: the failure is told to somebody else, or interests nobody any more. */
export function ignoreError(): void {}

function logError(error: unknown): void {
  logger.error("Work in the background failed", { error });
}

/** A longer timer fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls back after `timeoutMs`; never, if that is undefined or longer than a timer can be.
 *
 * @returns For `clearTimeout`.
 */
export function startTimer(
  timeoutMs: number | undefined,
  onTimer: () => void,
): ReturnType<typeof setTimeout> | undefined {
  if (timeoutMs === undefined || timeoutMs > LONGEST_TIMER_MS) return undefined;
  return setTimeout(onTimer, timeoutMs);
}

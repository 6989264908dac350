const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Waits before something is tried again, longer each time.
 *
 * @param {number} tries So many have failed before the last one.
 * @param {AbortSignal} signal
 * @returns {Promise<void>} Rejects with the signal's reason.
 */
export function pauseBefore(tries, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS));
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

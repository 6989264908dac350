/** The time and the timers by which an engine watches its threads and waits for room. */
export interface Clock {
  /** The time in milliseconds, as `performance.now()` tells it. */
  now(): number;
  /** Calls `action` once, later. @returns Takes that back. */
  after(delayMs: number, action: () => void): () => void;
  /** Calls `action` again and again, and keeps no process alive. @returns Ends that. */
  every(intervalMs: number, action: () => void): () => void;
}

/** The clock of the system. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
  every(intervalMs, action) {
    const timer = setInterval(action, intervalMs);
    Deno.unrefTimer(timer);
    return () => clearInterval(timer);
  },
};

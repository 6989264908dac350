import { assert } from "@std/assert";

/**
 * How long a test waits for what must come before it says that it has not. A busy machine may take
 * a hundred times as long as a quiet one, and nothing that a test wants to know depends on it.
 */
export const PATIENCE_MS = 120_000;

/** Between two looks at a condition. */
const LOOK_MS = 5;

/** Resolves after so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What a promise gives; fails when nothing comes for a very long time. */
export async function soon<T>(promise: Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`Nothing came within ${patienceMs} ms`)),
    patienceMs,
  );
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for a condition that something else brings about; fails when nothing does. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!await condition()) {
    assert(performance.now() < end, `It is not so after ${PATIENCE_MS} ms: ${condition}`);
    await pause(LOOK_MS);
  }
}

/** Waits until an assertion holds; fails as it does when it never will. */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await pause(LOOK_MS);
  }
}

import { assertEquals } from "@std/assert";

/**
 * Asserts that two lists hold the same strings or numbers in the same order. `assertEquals()` knows
 * how to tell what differs, and takes its time for that: it is asked only where something does.
 *
 * @param note Says where, if need be.
 */
export function assertSame<T extends string | number>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  note: () => string,
): void {
  if (actual.length === expected.length) {
    let at = 0;
    while (at < actual.length && actual[at] === expected[at]) at++;
    if (at === actual.length) return;
  }
  assertEquals(actual, expected, note());
}

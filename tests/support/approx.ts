import { assert, assertEquals } from "@std/assert";
import { STANDARD_ERROR } from "../../src/shared/hyperloglog.ts";
import type { Random } from "./random.ts";

// What approximate counts promise, and streams that are hard on them.

/** Most deviations of an estimate from what it is of. */
const DEVIATIONS = 5;

/** What is told of a stream. */
export interface Told {
  /** Rows, which must be of different keys. */
  counts: readonly { key: string; count: number }[];
  /** The most by which a count may be too low. */
  bound: number;
  /** How many keys there are, exactly or about. */
  keys: number;
  isExact: boolean;
}

/** How often each token is there. */
export function countTokens(tokens: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

/** Checks that no count is too high or too low by more than the bound, whatever memory could not hold. */
export function assertBounded(
  { counts, bound, keys, isExact }: Told,
  truth: ReadonlyMap<string, number>,
  label: string,
): void {
  const found = new Map(counts.map(({ key, count }) => [key, count]));
  assertEquals(found.size, counts.length, `${label}: rows of one key`);
  for (const [key, count] of truth) {
    const low = found.get(key) ?? 0;
    const isBounded = low <= count && count <= low + bound;
    assert(isBounded, `${label}: ${key} has ${count}, told ${low} and ${bound} more at most`);
    found.delete(key);
  }
  assertEquals([...found], [], `${label}: keys that are not there`);
  if (isExact) {
    assertEquals([bound, keys], [0, truth.size], label);
  } else {
    const error = Math.abs(keys - truth.size) / truth.size;
    assert(error < DEVIATIONS * STANDARD_ERROR, `${label}: ${keys} keys for ${truth.size}`);
  }
}

/** So many tokens, of which the i-th key is one in i. */
export function zipf(
  random: Random,
  tokens: number,
  distinct: number,
  name: (i: number) => string,
): string[] {
  return Array.from(
    { length: tokens },
    () => name(Math.floor(distinct ** (random.below(2 ** 30) / 2 ** 30))),
  );
}

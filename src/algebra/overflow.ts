import { JobError } from "../contract/problems.ts";

/**
 * The sum of numbers times their weights, which a result tells as it is.
 *
 * @throws {JobError} `value_overflow`.
 */
export function addExactly(
  what: string,
  numbers: readonly number[],
  weights: readonly number[],
): number {
  const sum = numbers.reduce((sum, each, i) => sum + BigInt(each) * BigInt(weights[i]), 0n);
  if (sum <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(sum);
  throw sumOverflow(what, String(Number.MAX_SAFE_INTEGER));
}

/** @param limit The largest number that can be told exactly. */
export function sumOverflow(what: string, limit: string): JobError {
  return new JobError("value_overflow", `Cannot put results together: ${what} is beyond ${limit}`, {
    details: { limit },
  });
}

import { type ErrorCode, JobError } from "../contract/problems.ts";

/**
 * What a node that counts a text alone may not meet: it reads whatever version is there, in one go, and
 * sums of parts may leave the range of a type that the sum of all is in.
 */
const ALONE_WORKS: readonly ErrorCode[] = ["input_changed", "value_overflow"];

/** Whether one node may count what several could not for a reason. */
export function mayWorkAlone(error: unknown): boolean {
  return error instanceof JobError && ALONE_WORKS.includes(error.code);
}

/** Gives undefined where one node may count what several could not. */
export async function unlessAloneWorks<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (mayWorkAlone(error)) return undefined;
    throw error;
  }
}

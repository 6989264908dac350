import type { CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { judgeText } from "../input/judge_text.ts";

/**
 * Judges by its beginning whether parts of a text can be counted apart.
 *
 * @param head The first HEAD_BYTES of the text, or all of it.
 * @returns Bytes of the mark in front of the text, to be dropped; undefined if it is to be counted
 *   whole: whoever counts what is no text tells what it is.
 */
export function judgeHead(
  head: Uint8Array,
  options: Pick<CountOptions, "bom" | "charset">,
): number | undefined {
  try {
    return judgeText(head, options);
  } catch (error) {
    if (error instanceof JobError) return undefined;
    throw error;
  }
}

import { CommandError } from "../terminal/explain.ts";

/**
 * Gives what a piece of work makes as one text.
 *
 * @throws {CommandError} If it is longer than a JavaScript string may be, half a gigabyte.
 */
export async function asOneText<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandError(
      "Cannot show such long keys in this form: it is made as one text, of half a gigabyte at most",
      "Say -f tsv, which takes keys of any length; or a smaller --top",
    );
  }
}

/** Blocks of UTF-8 as a text. @throws {RangeError} If it is longer than a string may be. */
export async function textOf(
  blocks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const block of blocks) text += decoder.decode(block, { stream: true });
  return text;
}

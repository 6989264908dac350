import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import { digest } from "../../digest.ts";

/** The beginning of a page. */
export interface PageStart {
  /** The position of the cursor over the records. */
  position: number;
  /** How many records stand on the pages before. */
  shown: number;
}

/**
 * Makes a cursor that is good for one list only.
 *
 * @param list The list's name: the result, and all options that select its records.
 */
export async function formatPageCursor(
  { position, shown }: PageStart,
  list: string,
): Promise<string> {
  const start = `${position.toString(36)}.${shown.toString(36)}`;
  return `${start}.${await digest(`${start} ${list}`)}`;
}

/** Reads a cursor. @throws {JobError} `invalid_parameter` if it was not made for this list. */
export async function parsePageCursor(cursor: string, list: string): Promise<PageStart> {
  const match = /^([0-9a-z]{1,11})\.([0-9a-z]{1,11})\.[0-9a-f]+$/.exec(cursor);
  if (match !== null) {
    const [position, shown] = [match[1], match[2]].map((text) => Number.parseInt(text, 36));
    if (await formatPageCursor({ position, shown }, list) === cursor) return { position, shown };
  }
  throw new JobError(
    "invalid_parameter",
    `Cannot read 'cursor': '${shorten(cursor)}' is not the next page's of this list`,
    {
      details: {
        parameter: "cursor",
        value: shorten(cursor),
        allowed: "what 'next' said, with the same top, min, max, prefix, order and part",
      },
    },
  );
}

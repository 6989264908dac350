import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";

/** Where a page begins. */
export interface PageStart {
  /** Of the cursor over the records. */
  position: number;
  /** How many records the pages before have shown. */
  shown: number;
}

export const FIRST_PAGE: PageStart = Object.freeze({ position: 0, shown: 0 });

/**
 * Makes a cursor that is good for one list only.
 *
 * @param list What names the list: the result and all that decides which of its records are in it.
 */
export async function formatCursor({ position, shown }: PageStart, list: string): Promise<string> {
  const start = `${position.toString(36)}.${shown.toString(36)}`;
  return `${start}.${await digest(`${start} ${list}`)}`;
}

/** Reads a cursor. @throws {JobError} `invalid_parameter` if it was not made for this list. */
export async function parseCursor(cursor: string, list: string): Promise<PageStart> {
  if (cursor === "") return FIRST_PAGE;
  const match = /^([0-9a-z]{1,11})\.([0-9a-z]{1,11})\.[0-9a-f]+$/.exec(cursor);
  if (match !== null) {
    const [position, shown] = [match[1], match[2]].map((text) => Number.parseInt(text, 36));
    if (await formatCursor({ position, shown }, list) === cursor) return { position, shown };
  }
  throw new JobError(
    "invalid_parameter",
    `Cannot read 'cursor': '${shorten(cursor)}' is not the next page's of this list`,
    {
      details: {
        parameter: "cursor",
        value: shorten(cursor),
        allowed: "what 'next' said, with the same top, min, prefix and order",
      },
    },
  );
}

/** 96 bits of SHA-256, in hexadecimal. */
export async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash, 0, 12), (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

import { turn } from "./body.ts";
import type { Selection } from "./selection.ts";

/**
 * Where the page after this one begins: walks `limit` records of a selection that is not shown.
 *
 * @returns The position of the cursor there, or undefined when the selection ends before.
 */
export async function findNextPage(
  selection: Selection,
  limit: number,
): Promise<number | undefined> {
  let next: number | undefined;
  while (true) {
    if (selection.next()) {
      if (selection.shown > limit) return next;
      if (selection.shown === limit) next = selection.record.position;
      if (selection.shown % TURN_RECORDS === 0) await turn();
    } else if (selection.resting) {
      await turn();
    } else {
      return undefined;
    }
  }
}

const TURN_RECORDS = 1 << 16;

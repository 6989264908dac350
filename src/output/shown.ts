import { turn } from "./body.ts";
import { SCAN_RECORDS, type Selection } from "./selection.ts";

/**
 * No more records are looked at to know a number beforehand: that takes some tenths of a second.
 */
const MOST_RECORDS = 1 << 22;

/**
 * How many records a selection will show, by walking it; it shows nothing afterwards.
 *
 * @returns Nothing where the end is not reached within some million records.
 */
export async function countShown(selection: Selection): Promise<number | undefined> {
  let scanned = 0;
  while (true) {
    if (selection.next()) {
      if (++scanned % SCAN_RECORDS === 0) await turn();
    } else if (selection.resting) {
      scanned += SCAN_RECORDS;
      await turn();
    } else {
      return selection.shown;
    }
    if (scanned >= MOST_RECORDS) return undefined;
  }
}

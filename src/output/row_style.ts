import type { ValueType } from "../contract/kernel_manifest.ts";
import type { Column } from "../contract/options.ts";

/** How rows are written, beside their format. */
export interface RowStyle {
  /** The columns behind key and count or value, in this order; behind a value, only a rank can. */
  columns: readonly Column[];
  /** Sum of all counts, which shares are of. */
  counted: number;
  /** Whether a text begins with a byte order mark. */
  bom: boolean;
  /** Whether keys that a spreadsheet would run are made text. */
  safe: boolean;
  /** Type of the values that stand in place of counts. @default {none: counts} */
  value?: ValueType;
}

/** Key and count, and nothing else. */
export const PLAIN_ROWS: RowStyle = Object.freeze({
  columns: [],
  counted: 0,
  bom: false,
  safe: false,
});

/** What formats call the number behind a key. */
export function numberName({ value }: RowStyle): "count" | "value" {
  return value === undefined ? "count" : "value";
}

/**
 * The value of a column in a row.
 *
 * @param rank Position of the row in the list, from 1.
 */
export function columnValue(
  column: Column,
  count: number,
  rank: number,
  counted: number,
): number {
  switch (column) {
    case "share":
      return count / counted;
    case "perMillion":
      return count * 1e6 / counted;
    case "rank":
      return rank;
  }
}

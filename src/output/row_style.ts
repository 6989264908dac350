import type { RecordCursor } from "../reduce/segment.ts";
import type { ValueType } from "../contract/kernel_manifest.ts";
import type { Column } from "../contract/options.ts";

/** A column that answers of one kind have, whatever their readers ask for. */
export interface RowColumn {
  name: string;
  /** Whether all of its numbers are integers from 0 to 2^53 - 1. */
  isInteger: boolean;
  /** Its number in the row of a record. */
  read(record: RecordCursor): number;
}

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
  /** What the number behind a key is called. @default {"count", or "value"} */
  number?: string;
  /** Columns behind those above. @default {none} */
  more?: readonly RowColumn[];
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
export function numberName({ value, number }: RowStyle): string {
  return number ?? (value === undefined ? "count" : "value");
}

const NO_COLUMNS: readonly RowColumn[] = [];

/** The columns behind those that a reader has asked for. */
export function moreColumns({ more }: RowStyle): readonly RowColumn[] {
  return more ?? NO_COLUMNS;
}

/** What formats call the columns behind key and number. */
export function columnNames(style: RowStyle): string[] {
  return [...style.columns, ...moreColumns(style).map(({ name }) => name)];
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

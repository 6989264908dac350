import type { ResultShape } from "../contract/documents.ts";
import type { RecordCursor } from "../reduce/segment.ts";
import type { ValueType } from "../contract/kernel_manifest.ts";
import type { Column } from "../contract/options.ts";
import type { Stats } from "../contract/stats.ts";

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
  /** What of numbers stands in place of counts; one number, or several. @default {none} */
  stats?: Stats;
  /** Of how many parts each key is put together; each is written apart. @default {1} */
  keyParts?: number;
}

/** Key and count, and nothing else. */
export const PLAIN_ROWS: RowStyle = Object.freeze({
  columns: [],
  counted: 0,
  bom: false,
  safe: false,
});

/** What of a style follows from what rows consist of. */
export function shapeStyle({ values, keyParts }: ResultShape): Partial<RowStyle> {
  return {
    value: values?.type,
    ...(values?.op === "stats" && { stats: values }),
    ...(keyParts && { keyParts }),
  };
}

/** Whether the numbers behind keys are counts. */
export function showsCounts({ value, stats }: Pick<RowStyle, "value" | "stats">): boolean {
  return value === undefined && stats === undefined;
}

/** What formats call the first number behind a key. */
export function numberName(style: Pick<RowStyle, "value" | "stats" | "number">): string {
  const { stats, number } = style;
  if (stats && stats.aggs.length > 1) return stats.aggs[0];
  return number ?? (showsCounts(style) ? "count" : "value");
}

/** How formats with a column for each part call those of a key. */
export function keyNames({ keyParts = 1 }: RowStyle): string[] {
  return keyParts === 1 ? ["key"] : Array.from({ length: keyParts }, (_, i) => `key${i + 1}`);
}

/** What JSON has around a key and between its parts, which are the elements of an array. */
export function jsonKey(
  { keyParts = 1 }: RowStyle,
): Record<"before" | "within" | "behind", string> {
  const isArray = keyParts > 1;
  return { before: isArray ? '["' : '"', within: '","', behind: isArray ? '"]' : '"' };
}

const NO_COLUMNS: readonly RowColumn[] = [];

/** The columns behind those that a reader has asked for. */
export function moreColumns({ more }: RowStyle): readonly RowColumn[] {
  return more ?? NO_COLUMNS;
}

/** What formats call the columns behind key and first number. */
export function columnNames(style: RowStyle): string[] {
  const aggs = style.stats?.aggs ?? [];
  return [...aggs.slice(1), ...style.columns, ...moreColumns(style).map(({ name }) => name)];
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

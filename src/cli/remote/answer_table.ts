import { formatRows, type RowColumn } from "../terminal/rows.ts";

/** A row of an answer whose numbers are texts; a key of several parts is a list. */
export type ShownRow = { key: string | string[] } & Record<string, string | string[]>;

/**
 * Rows of an answer as a table; each part of a key has a column of its own.
 *
 * @param empty What the columns are of where there are no rows.
 */
export function formatAnswer(rows: readonly ShownRow[], empty: ShownRow): string {
  const { key, ...numbers } = rows[0] ?? empty;
  const keys = Array.isArray(key) ? key.map((_, i) => `key${i + 1}`) : ["key"];
  const columns = [
    ...keys.map((name): RowColumn => ({ head: name.toUpperCase() })),
    ...Object.keys(numbers).map((name): RowColumn => ({
      head: name.toUpperCase(),
      align: "right",
    })),
  ];
  return formatRows(columns, rows.map((row) => Object.values(row).flat()));
}

import { type Cell, formatRows, formatTsv, type RowColumn } from "./rows.ts";
import { isTerminal, print } from "./stdout.ts";

/** Prints rows: a table for people on a terminal, and else lines of TSV. */
export function printRows<T>(
  columns: readonly RowColumn[],
  items: readonly T[],
  { forPeople, forPrograms }: Record<"forPeople" | "forPrograms", (item: T) => readonly Cell[]>,
): void {
  if (isTerminal()) print(formatRows(columns, items.map(forPeople)));
  else print(formatTsv(items.map(forPrograms)));
}

/** Prints what is known of one thing: names and values. */
export function printFacts(facts: readonly (readonly [string, Cell])[]): void {
  const known = facts.filter(([, value]) => value !== undefined && value !== "");
  if (!isTerminal()) return print(formatTsv(known));
  print(formatFacts(known));
}

/** Names and values in two columns without heads. */
export function formatFacts(facts: readonly (readonly [string, Cell])[]): string {
  const table = formatRows([{ head: "" }, { head: "" }], facts);
  return table.slice(table.indexOf("\n") + 1);
}

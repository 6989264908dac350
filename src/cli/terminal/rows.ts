import stringWidth from "string-width";
import type { Digits } from "./digits.ts";
import { showText } from "./show_text.ts";

/** A column of rows. */
export interface RowColumn {
  /** Shown on a terminal alone. */
  head: string;
  /** Numbers stand at the right. @default {left} */
  align?: "left" | "right";
}

/** What stands in a row; nothing is an empty cell. */
export type Cell = string | number | Digits | undefined;

/**
 * Rows as a table for people, as wide as its cells; wide and combining characters count as a
 * terminal shows them.
 */
export function formatRows(
  columns: readonly RowColumn[],
  rows: readonly (readonly Cell[])[],
): string {
  const texts = [columns.map(({ head }) => head), ...rows.map((row) => row.map(showCell))];
  const widths = columns.map((_, i) => Math.max(...texts.map((row) => stringWidth(row[i]))));
  const lines = texts.map((row) =>
    row.map((text, i) => {
      const blanks = " ".repeat(widths[i] - stringWidth(text));
      return columns[i].align === "right" ? blanks + text : text + blanks;
    }).join("  ").trimEnd()
  );
  return lines.map((line) => `${line}\n`).join("");
}

/** Rows for programs: cells between tabs, without a header. */
export function formatTsv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(showCell).join("\t")}\n`).join("");
}

function showCell(cell: Cell): string {
  return showText(String(cell ?? ""));
}

import type { ResultRow } from "../../contract/documents.ts";
import {
  columnNames,
  keyNames,
  numberName,
  PLAIN_ROWS,
  shapeStyle,
} from "../../output/row_style.ts";
import type { Digits } from "../terminal/digits.ts";
import { type ColorChoice, colorsFor, terminalColumns } from "../terminal/look.ts";
import { fitText } from "../terminal/fit_text.ts";
import { formatRows, type RowColumn } from "../terminal/rows.ts";
import { showText } from "../terminal/show_text.ts";
import type { CountDocument, Seen } from "./counter.ts";
import type { CountSettings } from "./settings.ts";

/** A document, of one file or of all inputs. */
export interface NamedDocument {
  file?: string;
  document: CountDocument;
}

/** A cell of a row. */
type Cell = string | number | Digits;

/** Rows, and what their columns are called. */
interface Rows {
  names: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** What is asked of documents. */
type Asked = Pick<CountSettings, "form" | "isTotal" | "rows" | "color">;

/** How wide the columns of numbers are at most, and what is left for keys at least. */
const LEAST_KEY_COLUMNS = 8;

/** A document as text, in a form that the API does not have, or with the name of its file. */
export async function formatDocument(
  named: NamedDocument,
  asked: Asked,
  { isFirst, isTerminal }: { isFirst: boolean; isTerminal: boolean },
): Promise<string> {
  if (asked.form === "json" || (asked.form === "ndjson" && asked.isTotal)) {
    return `${JSON.stringify(jsonOf(named, asked))}\n`;
  }
  const rows = asked.isTotal ? totalRows(named) : keyRows(named, asked);
  switch (asked.form) {
    case "ndjson":
      return rows.rows.map((row) => `${JSON.stringify(objectOf(rows.names, row))}\n`).join("");
    case "csv":
      return formatCsv(rows, isFirst);
    case "table":
      return await formatTable(rows, asked.color, isTerminal);
    default:
      return rows.rows.map((row) => `${row.join("\t")}\n`).join("");
  }
}

function jsonOf({ file, document }: NamedDocument, { isTotal }: Asked): unknown {
  const name = file === undefined ? {} : { file };
  return isTotal ? { ...name, ...document.totals } : { ...name, ...document };
}

function totalRows({ file, document: { totals: { tokens, keys, bytes } } }: NamedDocument): Rows {
  if (file !== undefined) {
    return { names: ["file", "tokens", "keys", "bytes"], rows: [[file, tokens, keys, bytes]] };
  }
  return { names: ["tokens", "keys", "bytes"], rows: [[tokens, keys, bytes]] };
}

function keyRows({ file, document }: NamedDocument, { form, rows: { columns } }: Asked): Rows {
  const style = { ...PLAIN_ROWS, columns, ...shapeStyle(document) };
  const numbers = [numberName(style), ...columnNames(style)];
  const isArray = form === "ndjson"; // the parts of a key are columns elsewhere
  const rows = (document.counts ?? []).map((row) => {
    const cells = row as unknown as Record<string, Cell>;
    return [...(isArray ? [cells.key] : [cells.key].flat()), ...numbers.map((name) => cells[name])];
  });
  const names = [...(isArray ? ["key"] : keyNames(style)), ...numbers];
  if (file === undefined) return { names, rows };
  return { names: ["file", ...names], rows: rows.map((row) => [file, ...row]) };
}

function objectOf(names: readonly string[], row: readonly Cell[]): Record<string, Cell> {
  return Object.fromEntries(names.map((name, i) => [name, row[i]]));
}

function formatCsv({ names, rows }: Rows, withHeader: boolean): string {
  const lines = withHeader ? [names, ...rows] : rows;
  return lines.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(cell: Cell): string {
  const text = String(cell);
  return /[",\r\n]|^ | $|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function isNumber(cell: Cell | undefined): boolean {
  return cell !== undefined && typeof cell !== "string";
}

/** For people: as wide as the terminal, its keys without what a terminal would obey. */
async function formatTable(
  { names, rows }: Rows,
  color: ColorChoice,
  isTerminal: boolean,
): Promise<string> {
  const columns = names.map((head, i): RowColumn => ({
    head,
    align: isNumber(rows[0]?.[i]) ? "right" : "left",
  }));
  const shown = isTerminal ? rows.map((row) => fitRow(row, columns, rows)) : rows;
  const [header, ...lines] = formatRows(columns, shown).split("\n");
  const { dim } = await colorsFor(color, isTerminal);
  return [dim(header), ...lines].join("\n");
}

/** Texts share what numbers leave of the terminal. */
function fitRow(
  row: readonly Cell[],
  columns: readonly RowColumn[],
  rows: readonly (readonly Cell[])[],
): Cell[] {
  const texts = row.filter((cell) => typeof cell === "string").length;
  const room = terminalColumns() - numberColumns(columns, rows) - 2 * (columns.length - 1);
  const each = Math.max(LEAST_KEY_COLUMNS, Math.floor(room / Math.max(1, texts)));
  return row.map((cell) => typeof cell === "string" ? fitText(showText(cell), each) : cell);
}

const widths = new WeakMap<object, number>();

/** Columns that numbers take, found once for a table. */
function numberColumns(
  columns: readonly RowColumn[],
  rows: readonly (readonly Cell[])[],
): number {
  const known = widths.get(rows);
  if (known !== undefined) return known;
  const sum = columns.reduce((sum, { head, align }, i) => {
    if (align !== "right") return sum;
    return sum + rows.reduce((most, row) => Math.max(most, String(row[i]).length), head.length);
  }, 0);
  widths.set(rows, sum);
  return sum;
}

/** What the last line tells of a document. */
export function seenIn(
  { totals, approx, records, counts = [] }: CountDocument,
  { isTotal }: Asked,
): Seen {
  const { keys, counted, bytes } = totals;
  if (isTotal) return { keys, counted, bytes, approx, records, shown: { keys, counted } };
  const sum = counts.reduce((sum, row: ResultRow) => sum + (row.count ?? NaN), 0);
  const shown = { keys: counts.length, counted: Number.isNaN(sum) ? undefined : sum };
  return { keys, counted, bytes, approx, records, shown };
}

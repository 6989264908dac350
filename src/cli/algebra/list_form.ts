import { isCsvHeader } from "../../algebra/list_rows.ts";
import type { ListForm } from "./options.ts";

/** What the beginning of a list is told by. */
export const HEAD_BYTES = 4096;

/** What follows the last point of a file's name. */
const SUFFIXES: Readonly<Record<string, ListForm>> = {
  tsv: "tsv",
  tab: "tsv",
  csv: "csv",
  ndjson: "ndjson",
  jsonl: "ndjson",
  json: "json",
};

/** A count at the end of a row, and `uniq -c`'s, before the key. */
const ENDS_WITH_COUNT = { tsv: /\t\d+\r?$/, csv: /,"?\d+"?\r?$/ } as const;
const UNIQ_ROW = /^ *\d+ /;

/**
 * How a list is written.
 *
 * @param path "" for what has no name.
 * @param head The first bytes; the last line may be cut.
 * @returns Undefined for what is no list, as far as can be seen.
 */
export function listFormOf(path: string, head: string): ListForm | undefined {
  const suffix = /\.([a-z]+)$/i.exec(path)?.[1].toLowerCase() ?? "";
  return SUFFIXES[suffix] ?? byBeginning(head);
}

function byBeginning(head: string): ListForm | undefined {
  const lines = head.split("\n");
  if (lines.length > 1) lines.pop(); // empty, or cut
  const rows = lines.filter((line) => line.trim() !== "");
  if (rows.length === 0) return undefined;
  if (rows[0].startsWith("{")) {
    return isRow(rows[0]) ? "ndjson" : isDocument(head) ? "json" : undefined;
  }
  if (rows.every((row) => ENDS_WITH_COUNT.tsv.test(row))) return "tsv";
  if (isUniq(rows)) return "uniq";
  if (isCsvHeader(rows[0].replace(/\r$/, ""))) return "csv";
  return rows.every((row) => ENDS_WITH_COUNT.csv.test(row)) ? "csv" : undefined;
}

/** `uniq -c` puts counts at the right of some columns; those that are wider begin the line. */
function isUniq(rows: readonly string[]): boolean {
  const widths = rows.map((row) => UNIQ_ROW.exec(row)?.[0].length ?? 0);
  const columns = Math.max(...widths.filter((_, i) => rows[i].startsWith(" ")));
  return Number.isFinite(columns) &&
    rows.every((row, i) => row.startsWith(" ") ? widths[i] > 0 : widths[i] >= columns);
}

function isRow(line: string): boolean {
  try {
    const row = JSON.parse(line);
    return typeof row.key === "string" && row.count !== undefined;
  } catch {
    return false;
  }
}

/** A result as a server answers with it, or `-f json`. */
function isDocument(head: string): boolean {
  return /^\{\s*"(totals|counts|options)"/.test(head);
}

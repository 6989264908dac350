import type { ResultReport } from "../contract/documents.ts";
import { JobError } from "../contract/problems.ts";
import {
  type CountOptions,
  type Format,
  isLargestFirst,
  type OutputOptions,
} from "../contract/options.ts";
import { PLAIN_ROWS, type RowStyle, shapeStyle } from "./row_style.ts";

type RowOptions = Pick<OutputOptions, "columns" | "csvBom" | "csvSafe">;

/** Formats that spreadsheets open. */
const SHEETS: readonly Format[] = ["csv", "tsv"];

/**
 * Refuses options that can have no effect. A default value is never refused.
 *
 * @throws {JobError} `invalid_parameter`.
 */
export function checkSheetOptions(
  { csvBom, csvSafe }: Partial<RowOptions>,
  format: Format,
): void {
  if ((csvBom || csvSafe) && !SHEETS.includes(format)) {
    const parameter = csvBom ? "csvBom" : "csvSafe";
    throw refusal(
      parameter,
      true,
      `it is for spreadsheets, which open CSV and TSV but not format=${format}`,
      {
        format: SHEETS,
      },
    );
  }
}

/** What of these options has an effect on a format. */
export function sheetOptions(
  { csvBom, csvSafe }: Partial<RowOptions>,
  format: Format,
): Partial<RowOptions> {
  return SHEETS.includes(format) ? { csvBom, csvSafe } : {};
}

/**
 * Totals are told by a document, and by no rows.
 *
 * @throws {JobError} `invalid_parameter`.
 */
export function checkOnly({ only, format }: Pick<OutputOptions, "only" | "format">): void {
  if (only === "all" || format === "json") return;
  throw refusal("only", only, `format=${format} has nothing but rows`, { format: "json" });
}

/**
 * A rank is a place in the order of counts or values, which another order does not know.
 *
 * @throws {JobError} `invalid_parameter`.
 */
export function checkRank(
  { columns = [] }: Partial<RowOptions>,
  { order }: Pick<CountOptions, "order">,
): void {
  if (isLargestFirst(order) || !columns.includes("rank")) return;
  throw refusal("columns", columns.join(), `order=${order} knows no rank`, { order: "count" });
}

/**
 * How the rows of an answer are written. A column that is named twice stands once. The options for
 * CSV and TSV of a job do not matter to its other formats. Shares of values were refused before.
 *
 * @throws {JobError} `invalid_parameter` for shares of a result whose sum is not known.
 */
export function createRowStyle(
  { format, columns, csvBom, csvSafe }: RowOptions & Pick<OutputOptions, "format">,
  { totals: { counted }, values, keyParts }: Pick<ResultReport, "totals" | "values" | "keyParts">,
): RowStyle {
  const isSheet = SHEETS.includes(format);
  const [bom, safe] = [isSheet && csvBom, isSheet && csvSafe];
  const isPlain = values === undefined && keyParts === undefined;
  if (columns.length === 0 && !bom && !safe && isPlain) return PLAIN_ROWS;
  if (counted === undefined && columns.some((column) => column !== "rank")) {
    const reason = "the result was counted by a version before 0.2, which kept no sum of counts";
    throw refusal("columns", columns.join(), reason, ["rank"]);
  }
  const distinct = [...new Set(columns)];
  return {
    columns: distinct,
    counted: counted ?? 0,
    bom,
    safe,
    ...shapeStyle({ values, keyParts }),
  };
}

function refusal(parameter: string, value: unknown, reason: string, allowed: unknown): JobError {
  return new JobError("invalid_parameter", `Cannot use '${parameter}': ${reason}`, {
    details: { parameter, value, allowed },
  });
}

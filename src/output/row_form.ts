import type { Stamp } from "./block_writer.ts";
import type { RowStyle } from "./row_style.ts";

/** The texts around keys and counts, or values, in one format. */
export interface RowForm {
  /** Before the first row's key, and before every other's. */
  first: Stamp;
  next: Stamp;
  /**
   * How keys are written: `csv` puts those into quotes that need them, `tsv` takes no line feed.
   */
  key: "json" | "csv" | "tsv";
  /** Between the parts of a key. */
  within: Stamp;
  /** Between the key and the first number. */
  between: Stamp;
  end: Stamp;
  /** The text before each of the style's columns. */
  names: readonly Stamp[];
  style: RowStyle;
  /** Whether the counts are summed up; values never are. */
  sums: boolean;
}

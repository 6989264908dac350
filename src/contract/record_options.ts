import type { PairOp } from "./kernel_manifest.ts";
import type { Parameter } from "./parameters.ts";
import { type Aggregate, AGGREGATES } from "./stats.ts";

/** Keys and values that are taken out of the records of a text, in place of its tokens. */
export interface RecordOptions {
  /** What the key of a record is; several make a compound key. @default {[]: tokens are keys} */
  key: readonly string[];
  /** Groups that keys are counted in: parts of a record, which stand before the key. @default {[]} */
  by: readonly string[];
  /** The time zone of buckets of time, and of times without an offset. @default {"UTC"} */
  tz: string;
  /** What of a record is added up, or told apart. @default {"": records are counted} */
  value: string;
  /** What becomes of the values of a key. @default {[]: `sum` where there is a value} */
  agg: readonly (Aggregate | PairOp)[];
  /** What holds of the records that count. @default {"": all} */
  where: string;
  /** How a text is cut into records; `auto` is what the expressions are for. @default {"auto"} */
  records: string;
  /** Whether CSV begins with names of its columns. @default {false: unless a column is named} */
  header: boolean;
  /** What stands between the columns of CSV. @default {","} */
  delimiter: string;
  /** Whether a record that breaks fails the job, or is left out and told of. @default {"fail"} */
  onError: "fail" | "skip";
  /** Fraction digits that values are rounded to; -1 for none. @default {-1} */
  round: number;
  /** A regular expression that matches every key, as records have it. @default {"": any key} */
  match: string;
}

/** Every option of records, its default and its bounds: once. */
export const RECORD_PARAMETERS = {
  key: {
    kind: "expressions",
    maxChars: 4096,
    default: [],
    about: "What the key of a record is: expressions, several for a compound key",
  },
  by: {
    kind: "expressions",
    maxChars: 4096,
    default: [],
    about: "Groups that keys are counted in: expressions, which stand before those of `key`",
  },
  tz: {
    kind: "grammar",
    grammar: "zone",
    maxChars: 64,
    default: "UTC",
    about: "The time zone of `time`: of its buckets, and of times that name no offset",
  },
  value: {
    kind: "grammar",
    grammar: "expression",
    maxChars: 4096,
    default: "",
    about: "What of a record is added up, or told apart, by key",
  },
  agg: {
    kind: "list",
    values: [...AGGREGATES, "distinct", "approxDistinct"],
    maxItems: 5,
    default: [],
    about: "What becomes of the values of a key, `sum` if nothing is said",
  },
  where: {
    kind: "grammar",
    grammar: "conditions",
    maxChars: 4096,
    default: "",
    about: "Which records count",
  },
  records: {
    kind: "grammar",
    grammar: "records",
    maxChars: 16,
    default: "auto",
    about: "How a text is cut into records: `auto` is `csv` for columns, `ndjson` for JSON, and " +
      "else `line`",
  },
  header: {
    kind: "boolean",
    default: false,
    about: "Whether CSV begins with names of its columns; a column by its name implies it",
  },
  delimiter: {
    kind: "grammar",
    grammar: "delimiter",
    maxChars: 4,
    default: ",",
    about: "What stands between the columns of CSV",
  },
  onError: {
    kind: "choice",
    values: ["fail", "skip"],
    default: "fail",
    about: "Whether a record that breaks fails the count, or is skipped and told of",
  },
  round: {
    kind: "integer",
    least: -1,
    most: 18,
    default: -1,
    about: "Fraction digits that values are rounded to, half up; `-1` for no rounding",
  },
  match: {
    kind: "text",
    maxChars: 4096,
    default: "",
    about: "A regular expression that every key matches",
  },
} as const satisfies Record<keyof RecordOptions, Parameter>;

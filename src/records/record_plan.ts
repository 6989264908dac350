import type { Bucket } from "../contract/expressions/buckets.ts";
import type { Comparison, PathStep } from "../contract/expressions/expression.ts";
import type { WordTokenizer } from "../contract/token_options.ts";
import type { RegexTables } from "./regex/regex_tables.ts";
import type { ZoneTable } from "./time_zone.ts";

/** What a key, a value or a condition takes out of a record. */
export type Extractor =
  /** The whole record without its line end. */
  | { readonly kind: "record" }
  /** The record with masks in place of numbers, dates, addresses and what stands in quotes. */
  | { readonly kind: "template" }
  /** A column of CSV, from 1: the value without its quotes (RFC 4180). */
  | { readonly kind: "column"; readonly index: number }
  /** A field between runs of blanks (spaces and tabs) as awk has them, from 1. */
  | { readonly kind: "field"; readonly index: number }
  /**
   * What a singular path (RFC 9535) leads to: strings without their escapes, all else as it is
   * written. An index below 0 counts from the end.
   */
  | { readonly kind: "json"; readonly path: readonly PathStep[] }
  /** The name of the part of the input that the record is of: of a file, or of one of several texts. */
  | { readonly kind: "part" }
  /** The first group of the first match, or the whole match where the pattern has no group. */
  | { readonly kind: "regex"; readonly tables: RegexTables }
  | TimeExtractor;

/** The bucket of the time that another part of the record says, on the wall clock of a zone. */
export interface TimeExtractor {
  readonly kind: "time";
  /** No time itself. */
  readonly of: Extractor;
  readonly bucket: Bucket;
  readonly zone: ZoneTable;
}

/**
 * How a text is compared: as bytes, but that `<`, `<=`, `>` and `>=` compare decimals where the
 * condition's text is one. `^=` begins with, `*=` contains, `~` matches the tables.
 */
export type ConditionOp = Comparison["operator"];

/** What must hold of a record that counts. What is not there is empty. */
export interface Condition {
  readonly of: Extractor;
  readonly op: ConditionOp;
  readonly text: string;
  /** Of `~`. */
  readonly tables?: RegexTables;
}

/** How words are found. */
export interface WordPlan {
  readonly tokenizer: WordTokenizer;
  /** Whether a CR before an LF is part of a line. */
  readonly keepCR: boolean;
  /**
   * What of a record is cut into words, each of which is the last part of a key, behind those that the
   * plan has. @default {nothing: records are words}
   */
  readonly of?: Extractor;
  /** Whether the last part of a key is folded, and brought to NFC. */
  readonly folds: boolean;
  readonly normalizes: boolean;
}

/** What is counted of the records of a text. */
export interface RecordPlan {
  /** `line`, `csv`, `ndjson`, `paragraph`, `chunk`, `word` or `fixed:N`. */
  readonly records: string;
  /** Stands between columns: one character of ASCII. */
  readonly delimiter: string;
  /** 1 to 16, with the words of `words`; several make a compound key. */
  readonly keys: readonly Extractor[];
  readonly words?: WordPlan;
  /** What is aggregated, or told apart. */
  readonly value?: Extractor;
  /** Counts of keys, the numbers of `value`, or its texts, of which each key has different ones. */
  readonly output: "windows" | "values" | "pairs";
  /** All must hold. */
  readonly where: readonly Condition[];
  /**
   * An automaton of literals (`literalTables`): each occurrence of one is a key, in place of what the
   * one key of the plan, `record`, is of each line.
   */
  readonly literals?: Uint8Array;
  /** What becomes of a job with a broken record. */
  readonly onError: "fail" | "skip";
}

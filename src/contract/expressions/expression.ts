/** A step into a JSON document: the name of a member, or the index of an element, from 0 or from -1. */
export type PathStep = string | number;

/** What is taken out of a record, as `key=`, `by=`, `value=` and `where=` write it. */
export type Expression =
  | Part
  /** Each word of a part of the record, as the tokenizer finds them: a record has as many keys. */
  | { kind: "word"; of: Part }
  /** The bucket of the time that a part of the record says: `1m` and the like. */
  | { kind: "time"; bucket: string; of: Part };

/** What stands in a record. */
export type Part =
  /** The whole record, without its line end. */
  | { kind: "record" }
  /** The name of the part of the input that the record is of: of a file, or of one of several texts. */
  | { kind: "part" }
  /** The record with masks in place of what differs from one to the next. */
  | { kind: "template" }
  /** A column of CSV: its number, from 1, or its name in the header. */
  | { kind: "column"; column: number | string }
  /** A run of what is no blank, by its number, from 1. */
  | { kind: "field"; field: number }
  /** A value of a JSON document, by a singular path of RFC 9535. */
  | { kind: "json"; path: readonly PathStep[] }
  /** The first group of a regular expression's first match, or the match. */
  | { kind: "regex"; pattern: string };

/** How a condition compares. */
export const OPERATORS = ["!=", "^=", "*=", "<=", ">=", "=", "~", "<", ">"] as const;

/** One of the conditions that `where=` joins by `and`. */
export interface Comparison {
  of: Expression;
  operator: typeof OPERATORS[number];
  text: string;
}

/** The largest number of a column or a field. */
export const MOST_COLUMN = 65_535;

/** The largest index in a path, and the most steps of one. */
export const MOST_INDEX = 2 ** 31 - 1;
export const MOST_STEPS = 64;

/** Most keys of a compound one. */
export const MOST_KEYS = 16;

/** Most conditions. */
export const MOST_CONDITIONS = 16;

/** Names of members that a path may write behind a point (RFC 9535, member-name-shorthand). */
export const SHORT_NAME =
  /[A-Z_a-z\u{80}-\u{d7ff}\u{e000}-\u{10ffff}][\w\u{80}-\u{d7ff}\u{e000}-\u{10ffff}]*/uy;

/** What of an expression cannot be read, and where. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  /** Of the first character that is wrong, from 1; behind the last one where something is missing. */
  readonly position: number;
  /** What stands there; undefined at the end of the text. */
  readonly found: string | undefined;
  /** What may stand there, in words. */
  readonly allowed: string;

  constructor(position: number, found: string | undefined, allowed: string) {
    const what = found === undefined ? "the text ends" : `'${found}' stands`;
    super(`at character ${position} ${what}, where ${allowed} is allowed`);
    this.position = position;
    this.found = found;
    this.allowed = allowed;
  }
}

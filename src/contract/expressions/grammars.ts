import { GROUPS_ALLOWED, printGroup, readGroup } from "./groups.ts";
import { ExpressionError } from "./expression.ts";
import { parseConditions, parseExpression, parseKeys } from "./parse_expressions.ts";
import { printConditions, printExpression } from "./print_expressions.ts";

/** A form of texts that parameters have, and how it is read. */
export interface Form {
  /** What such a text may be, in words. */
  allowed: string;
  /**
   * The text in the one form in which it is kept; undefined for one that is not allowed.
   *
   * @throws {ExpressionError} Likewise, where it can say which character is wrong.
   */
  read(text: string): string | undefined;
}

/** Kinds of records; `auto` is what the expressions are for. */
export const RECORDS = ["auto", "line", "word", "paragraph", "chunk", "csv", "ndjson"];

/** Most bytes of a record of fixed length. */
const MOST_FIXED = 1_048_576;

/** The name of a form. */
export type Grammar = "expression" | "conditions" | "records" | "zone" | "delimiter" | "group";

/** The forms, by name. */
export const GRAMMARS: Record<Grammar, Form> = {
  expression: {
    allowed: "an expression: record, template, part, column(…), field(…), json(…), regex(…) or " +
      "time(…)",
    read: (text) => text.trim() === "" ? "" : printExpression(parseExpression(text)),
  },
  conditions: {
    allowed: 'EXPRESSION OPERATOR "TEXT", joined by and',
    read: (text) => text.trim() === "" ? "" : printConditions(parseConditions(text)),
  },
  records: {
    allowed: `one of ${RECORDS.join(", ")}, or fixed:N with N from 1 to ${MOST_FIXED} bytes`,
    read(text) {
      const kind = text.trim().toLowerCase();
      const bytes = Number(/^fixed:([1-9][0-9]{0,6})$/.exec(kind)?.[1] ?? 0);
      return RECORDS.includes(kind) || bytes > 0 && bytes <= MOST_FIXED ? kind : undefined;
    },
  },
  zone: {
    allowed: "UTC, or the name of a time zone as IANA has it: Europe/Berlin",
    read(text) {
      const name = text.trim();
      if (!/^[a-z][\w+/-]*$/i.test(name)) return undefined;
      try {
        return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
      } catch (error) {
        if (error instanceof RangeError) return undefined;
        throw error;
      }
    },
  },
  delimiter: {
    allowed: "one ASCII character that is no quote, control or line end, or tab",
    read(text) {
      if (text === "\t" || /^(tab|\\t)$/i.test(text)) return "\t";
      return /^[ !#-~]$/.test(text) ? text : undefined;
    },
  },
  group: {
    allowed: GROUPS_ALLOWED,
    read(text) {
      const group = readGroup(text);
      return text.trim() === "" ? "" : group && printGroup(group);
    },
  },
};

/** Why a text is not of a form; undefined for a good one. */
export function findFault(grammar: Grammar, text: string): ExpressionError | string | undefined {
  const { allowed, read } = GRAMMARS[grammar];
  return catchFault(() => read(text) === undefined ? allowed : undefined);
}

/** The expressions that texts name, each in its one form. @throws {ExpressionError} */
export function readExpressions(texts: readonly string[]): string[] {
  const text = texts.join(",");
  return text.trim() === "" ? [] : parseKeys(text).map(printExpression);
}

/** Why texts name no expressions; undefined where they do. */
export function findExpressionFault(texts: readonly string[]): ExpressionError | undefined {
  return catchFault(() => void readExpressions(texts));
}

function catchFault<Fault>(read: () => Fault): Fault | ExpressionError {
  try {
    return read();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

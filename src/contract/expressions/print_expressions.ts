import { quote } from "./cursor.ts";
import type { Comparison, Expression } from "./expression.ts";
import { printJsonPath } from "./json_path.ts";

/** An expression in the one form in which options are kept and repeated. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "column":
      return `column(${printColumn(expression.column)})`;
    case "field":
      return `field(${expression.field})`;
    case "json":
      return `json(${printJsonPath(expression.path)})`;
    case "regex":
      return `regex(${expression.pattern})`;
    case "time":
      return `time(${expression.bucket},${printExpression(expression.of)})`;
    case "word":
      return expression.of.kind === "record" ? "word" : `word(${printExpression(expression.of)})`;
    default:
      return expression.kind;
  }
}

/** Conditions likewise. */
export function printConditions(conditions: readonly Comparison[]): string {
  return conditions
    .map(({ of, operator, text }) => `${printExpression(of)} ${operator} ${quote(text)}`)
    .join(" and ");
}

/** A name stands in quotes where it would be read as another one. */
function printColumn(column: number | string): string {
  const isPlain = typeof column === "number" || /^(?![0-9]+$)[\w.-]+( [\w.-]+)*$/.test(column);
  return isPlain ? String(column) : quote(column);
}

import { parseBucket } from "./buckets.ts";
import { Cursor } from "./cursor.ts";
import {
  type Comparison,
  type Expression,
  MOST_COLUMN,
  MOST_CONDITIONS,
  MOST_KEYS,
  OPERATORS,
  type Part,
} from "./expression.ts";
import { parseJsonPath } from "./json_path.ts";

// The grammar:
//
//   keys        expression { "," expression }
//   conditions  expression operator '"' text '"' { "and" … }
//   expression  part | "word" | "word(" part ")" | "time(" bucket "," part ")"
//   part        "record" | "template" | "part" | "column(" number | name | '"' name '"' ")" | "field(" number ")"
//               | "json(" path ")" | "regex(" pattern ")"
//   bucket      number "s" | "m" | "h" | "d" | "w" | "mo" | "q" | "y"
//
// Blanks may stand between these, but not in front of a parenthesis or in a pattern. Quotes within
// quotes are doubled. An expression ends at the parenthesis that closes it: those of names and
// patterns are balanced, apart from those of a pattern that are escaped or in a class.

const PART = "record, template, part, column(…), field(…), json(…) or regex(…)";
const EXPRESSION = `word, time(…), ${PART}`;
const NAMES = ["record", "template", "part"] as const;

const NUMBER = `a number from 1 to ${MOST_COLUMN}`;

const CALLS: Readonly<Record<string, (cursor: Cursor) => Expression>> = {
  column: parseColumn,
  field: (cursor) => ({ kind: "field", field: parseNumber(cursor) }),
  json: (cursor) => ({ kind: "json", path: parseJsonPath(cursor) }),
  regex: (cursor) => ({ kind: "regex", pattern: parsePattern(cursor) }),
  time: parseTime,
  word: (cursor) => ({ kind: "word", of: parsePart(cursor) }),
};

/** Reads the expressions of a compound key. @throws {ExpressionError} */
export function parseKeys(text: string): Expression[] {
  const cursor = new Cursor(text);
  const keys = [parseNext(cursor)];
  while (!hasEnded(cursor)) {
    cursor.expect(",", "',' or the end");
    if (keys.length === MOST_KEYS) throw cursor.refuse(`the end, behind ${MOST_KEYS} keys,`);
    keys.push(parseNext(cursor));
  }
  return keys;
}

/** Reads one expression. @throws {ExpressionError} */
export function parseExpression(text: string): Expression {
  const cursor = new Cursor(text);
  const expression = parseNext(cursor);
  if (hasEnded(cursor)) return expression;
  throw cursor.refuse("the end");
}

/** Reads conditions that are joined by `and`. @throws {ExpressionError} */
export function parseConditions(text: string): Comparison[] {
  const cursor = new Cursor(text);
  const conditions = [parseCondition(cursor)];
  while (!hasEnded(cursor)) {
    if (cursor.match(/and(?!\w)/iy) === undefined) throw cursor.refuse("'and' or the end");
    if (conditions.length === MOST_CONDITIONS) {
      throw cursor.refuse(`the end, behind ${MOST_CONDITIONS} conditions,`);
    }
    conditions.push(parseCondition(cursor));
  }
  return conditions;
}

function parseCondition(cursor: Cursor): Comparison {
  const of = parseNext(cursor);
  cursor.skipBlanks();
  const operator = OPERATORS.find((each) => cursor.take(each));
  if (operator === undefined) throw cursor.refuse(`one of ${OPERATORS.join(" ")}`);
  cursor.expect('"', "a text in double quotes");
  return { of, operator, text: cursor.quoted() };
}

function hasEnded(cursor: Cursor): boolean {
  cursor.skipBlanks();
  return cursor.isAtEnd;
}

function parseNext(cursor: Cursor): Expression {
  cursor.skipBlanks();
  const start = cursor.at;
  const name = cursor.match(/[a-z]+/y) ?? "";
  const kind = NAMES.find((each) => each === name);
  if (kind) return { kind };
  if (name === "word" && cursor.next !== "(") return { kind: name, of: { kind: "record" } };
  if (!Object.hasOwn(CALLS, name)) throw cursor.refuse(EXPRESSION, start);
  if (!cursor.take("(")) throw cursor.refuse(`'(' behind ${name}`);
  const expression = CALLS[name](cursor);
  cursor.expect(")");
  return expression;
}

function parseTime(cursor: Cursor): Expression {
  const bucket = parseBucket(cursor);
  cursor.expect(",");
  return { kind: "time", bucket, of: parsePart(cursor) };
}

function parsePart(cursor: Cursor): Part {
  cursor.skipBlanks();
  const start = cursor.at;
  if (cursor.match(/(word|time)(?![a-z])/y)) throw cursor.refuse(PART, start);
  return parseNext(cursor) as Part;
}

function parseColumn(cursor: Cursor): Expression {
  cursor.skipBlanks();
  if (cursor.take('"')) return { kind: "column", column: parseQuotedName(cursor) };
  const start = cursor.at;
  for (let depth = 0; cursor.next !== ")" || depth > 0; cursor.at++) {
    if (cursor.isAtEnd) throw cursor.refuse("')'");
    if (/[",]/.test(cursor.next)) throw cursor.refuse("')', or double quotes around the name,");
    depth += cursor.next === "(" ? 1 : cursor.next === ")" ? -1 : 0;
  }
  const column = cursor.text.slice(start, cursor.at).trim();
  if (column === "") throw cursor.refuse(`${NUMBER} or a name`);
  if (!/^[0-9]+$/.test(column)) return { kind: "column", column };
  cursor.at = start;
  return { kind: "column", column: parseNumber(cursor) };
}

function parseQuotedName(cursor: Cursor): string {
  const start = cursor.at;
  const name = cursor.quoted();
  if (name !== "") return name;
  throw cursor.refuse("a name", start);
}

function parseNumber(cursor: Cursor): number {
  cursor.skipBlanks();
  const start = cursor.at;
  const number = Number(cursor.match(/[0-9]+/y) ?? 0);
  if (number >= 1 && number <= MOST_COLUMN) return number;
  throw cursor.refuse(NUMBER, start);
}

/** The pattern up to the parenthesis that closes the expression. */
function parsePattern(cursor: Cursor): string {
  const start = cursor.at;
  let isClass = false;
  for (let depth = 0; cursor.next !== ")" || isClass || depth > 0; cursor.at++) {
    if (cursor.next === "\\") cursor.at++;
    else if (isClass) isClass = cursor.next !== "]";
    else if (cursor.next === "[") isClass = true;
    else if (cursor.next === "(") depth++;
    else if (cursor.next === ")") depth--;
    if (cursor.at >= cursor.text.length) {
      throw cursor.refuse(isClass ? "']'" : "')'", cursor.text.length);
    }
  }
  if (cursor.at > start) return cursor.text.slice(start, cursor.at);
  throw cursor.refuse("a pattern");
}

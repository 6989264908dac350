import type { Cursor } from "./cursor.ts";
import { MOST_INDEX, MOST_STEPS, type PathStep, SHORT_NAME } from "./expression.ts";

// Singular paths of RFC 9535: `$.user['first name'][0]`. An index below 0 counts from the end.

const STEP = "'.name', \"['name']\", '[0]' or ')'";
const SELECTOR = "a name in quotes or an index";
const ESCAPED: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  "/": "/",
  "\\": "\\",
};

/**
 * Reads a path up to the parenthesis behind it.
 *
 * @throws {ExpressionError} If it is none, or could find more than one value.
 */
export function parseJsonPath(cursor: Cursor): readonly PathStep[] {
  cursor.expect("$");
  const path: PathStep[] = [];
  for (;;) {
    cursor.skipBlanks();
    if (cursor.next === ")") return path;
    if (path.length === MOST_STEPS) throw cursor.refuse(`')' behind ${MOST_STEPS} steps`);
    if (cursor.take(".")) {
      const name = cursor.match(SHORT_NAME);
      if (name === undefined) throw cursor.refuse("a name, which stands in [''] if it has signs,");
      path.push(name);
    } else if (cursor.take("[")) {
      path.push(parseSelector(cursor));
      cursor.expect("]");
    } else throw cursor.refuse(STEP);
  }
}

function parseSelector(cursor: Cursor): PathStep {
  cursor.skipBlanks();
  if (cursor.next === "'" || cursor.next === '"') return parseString(cursor);
  const start = cursor.at;
  const digits = cursor.match(/0|-?[1-9][0-9]*/y);
  if (digits === undefined) throw cursor.refuse(SELECTOR);
  if (Math.abs(Number(digits)) <= MOST_INDEX) return Number(digits);
  throw cursor.refuse(`an index from ${-MOST_INDEX} to ${MOST_INDEX}`, start);
}

function parseString(cursor: Cursor): string {
  const mark = cursor.next;
  let string = "";
  for (cursor.at++; !cursor.take(mark);) {
    if (cursor.isAtEnd || cursor.next < " ") throw cursor.refuse(`more of the name or ${mark}`);
    string += cursor.take("\\") ? parseEscape(cursor, mark) : cursor.text.charAt(cursor.at++);
  }
  return string;
}

function parseEscape(cursor: Cursor, mark: string): string {
  if (cursor.take(mark)) return mark;
  const start = cursor.at;
  if (cursor.take("u")) {
    const unit = cursor.match(/[0-9a-f]{4}/iy);
    const isHigh = unit !== undefined && /^d[89ab]/i.test(unit);
    const low = isHigh ? cursor.match(/\\u(?=d[c-f])/iy) && cursor.match(/[0-9a-f]{4}/iy) : "";
    const string = decodeUnits(unit, low);
    if (string?.isWellFormed()) return string;
    throw cursor.refuse("'u' with four digits of a character, or twice so of one pair,", start);
  }
  const escaped = ESCAPED[cursor.next];
  if (escaped === undefined) throw cursor.refuse(`one of b, f, n, r, t, /, \\, ${mark}, u`);
  cursor.at++;
  return escaped;
}

function decodeUnits(...units: (string | undefined)[]): string | undefined {
  if (units.includes(undefined)) return undefined;
  return units.map((unit) => unit && String.fromCharCode(parseInt(unit, 16))).join("");
}

/** A path as `parseJsonPath` reads it. */
export function printJsonPath(path: readonly PathStep[]): string {
  return "$" + path.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    SHORT_NAME.lastIndex = 0;
    return SHORT_NAME.exec(step)?.[0] === step ? `.${step}` : `['${escape(step)}']`;
  }).join("");
}

function escape(name: string): string {
  // deno-lint-ignore no-control-regex
  return name.replace(/['\\]/g, "\\$&").replace(/[\u0000-\u001f]/g, (control) => {
    const letter = Object.keys(ESCAPED).find((each) => ESCAPED[each] === control);
    return `\\${letter ?? `u${control.charCodeAt(0).toString(16).padStart(4, "0")}`}`;
  });
}

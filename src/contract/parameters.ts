import { ExpressionError } from "./expressions/expression.ts";
import {
  findExpressionFault,
  findFault,
  type Grammar,
  GRAMMARS,
  readExpressions,
} from "./expressions/grammars.ts";
import { JobError } from "./problems.ts";
import { formatSize, readSize } from "./sizes.ts";
import {
  canonicalCharset,
  readBoolean,
  readChoice,
  readInteger,
  readLines,
  readList,
  readLocale,
} from "./parameter_texts.ts";

/**
 * One option that a request may carry as a query parameter: its kind, what it may be, its default
 * and a line about it. The tables of these in `options.ts` drive parsing, checks and messages.
 */
export type Parameter =
  & { about: string }
  & (
    | { kind: "choice"; values: readonly string[]; default: string }
    | { kind: "boolean"; default: boolean }
    | { kind: "integer"; least: number; most: number; default: number }
    /** Bytes, which may be said in a unit: `64MiB`. */
    | { kind: "size"; least: number; most: number; default: number }
    | { kind: "text"; maxChars: number; default: string }
    | {
      kind: "list";
      values?: readonly string[];
      maxItems: number;
      /** What stands between items; blanks are part of them unless it is a comma. @default {","} */
      separator?: "\n";
      /** Of one item. */
      maxChars?: number;
      default: readonly string[];
    }
    | { kind: "grammar"; grammar: Grammar; maxChars: number; default: string }
    /** A list of expressions; commas within one are part of it. `maxChars` is of all of them. */
    | { kind: "expressions"; maxChars: number; default: readonly string[] }
    | { kind: "charset"; default: string }
    | { kind: "locale"; default: string }
    | Family
  );

/** Parameters of one prefix, whose names are another's to decide: their texts, by what follows it. */
interface Family {
  kind: "family";
  prefix: string;
  /** Most of them in one query. */
  maxItems: number;
  /** Most characters of one name or text. */
  maxChars: number;
  default?: undefined;
}

/** What a job's record has room for. */
const MOST_LOCALE_CHARS = 36;

/** What a parameter may come to. */
export type ParameterValue =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, string>>;

/**
 * Reads the texts that a query gives for a parameter.
 *
 * @param texts One text, or several for a list, which may also be separated by commas.
 * @throws {JobError} `invalid_parameter`, `duplicate_parameter` or `unknown_charset`.
 */
export function parseParameter(
  name: string,
  parameter: Parameter,
  texts: readonly string[],
): ParameterValue {
  if (texts.length > 1 && parameter.kind !== "list" && parameter.kind !== "expressions") {
    throw new JobError(
      "duplicate_parameter",
      `Cannot choose between ${texts.length} values of '${name}'`,
      { details: { parameter: name, values: texts.map(shorten) } },
    );
  }
  const value = readWith(name, parameter, texts);
  const allowed = violated(parameter, value);
  if (allowed === undefined) return value;
  const code = parameter.kind === "charset" ? "unknown_charset" : "invalid_parameter";
  throw new JobError(
    code,
    `Cannot read '${name}': '${shorten(texts.join(","))}' is not ${describeAllowed(parameter)}`,
    { details: { parameter: name, value: shorten(texts.join(",")), allowed } },
  );
}

/** Reads texts, and says of an expression which character is wrong. */
function readWith(name: string, parameter: Parameter, texts: readonly string[]): ParameterValue {
  try {
    return readTexts(parameter, texts);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { message, position, found, allowed } = error;
    const value = shorten(texts.join(","));
    throw new JobError("invalid_parameter", `Cannot read '${name}': '${value}': ${message}`, {
      details: { parameter: name, value, position, found, allowed },
    });
  }
}

/** The name in a table under which a query's parameter is read; undefined where there is none. */
export function findParameter(
  table: Readonly<Record<string, Parameter>>,
  name: string,
): string | undefined {
  if (Object.hasOwn(table, name) && table[name].kind !== "family") return name;
  return Object.keys(table).find((each) => {
    const parameter = table[each];
    return parameter.kind === "family" && name.length > parameter.prefix.length &&
      name.startsWith(parameter.prefix);
  });
}

/**
 * Adds one parameter to those of its family.
 *
 * @param name With the prefix.
 * @param texts What the query gives for it.
 * @throws {JobError} `invalid_parameter` or `duplicate_parameter`.
 */
export function addToFamily(
  family: Readonly<Record<string, string>>,
  { prefix, maxItems, maxChars }: Parameter & { kind: "family" },
  name: string,
  texts: readonly string[],
): Readonly<Record<string, string>> {
  const text = parseParameter(
    shorten(name),
    { kind: "text", about: "", maxChars, default: "" },
    texts,
  );
  const member = name.slice(prefix.length);
  const more = Object.fromEntries([...Object.entries(family), [member, text as string]]);
  if (member.length <= maxChars && Object.keys(more).length <= maxItems) return more;
  const parameter = shorten(name);
  throw new JobError(
    "invalid_parameter",
    `Cannot read '${parameter}': at most ${maxItems} parameters may begin with '${prefix}', each ` +
      `of at most ${maxChars} characters`,
    { details: { parameter, allowed: { maxItems, maxChars } } },
  );
}

/**
 * Checks a value that a program gives for an option.
 *
 * @throws {RangeError} If the value is not one that the parameter allows.
 */
export function checkParameter(name: string, parameter: Parameter, value: unknown): void {
  const allowed = violated(parameter, value);
  if (allowed === undefined) return;
  const why = allowed instanceof ExpressionError
    ? allowed.message
    : `is not ${describeAllowed(parameter)}`;
  throw new RangeError(`Cannot use option ${name}: ${JSON.stringify(value)} ${why}`);
}

/** What the options of a table are unless they are said. */
export function defaultsOf<Name extends string>(
  table: Readonly<Record<Name, Parameter>>,
): Record<Name, Parameter["default"]> {
  const entries = Object.entries<Parameter>(table).map(([name, each]) => [name, each.default]);
  return Object.fromEntries(entries);
}

/** What a parameter may be, in words: `one of 'count', 'key'`. */
export function describeAllowed(parameter: Parameter): string {
  switch (parameter.kind) {
    case "choice":
      return `one of ${quoted(parameter.values)}`;
    case "boolean":
      return "one of 'true', 'false'";
    case "integer":
      return `an integer from ${parameter.least} to ${parameter.most}`;
    case "size": {
      const [least, most] = [parameter.least, parameter.most].map(formatSize);
      return `a size from ${least} to ${most}`;
    }
    case "text":
      return `a text of at most ${parameter.maxChars} characters`;
    case "list": {
      const { values, maxItems, maxChars } = parameter;
      const items = values ? ` of ${quoted(values)}` : "";
      const size = maxChars === undefined ? "" : ` of at most ${maxChars} characters each,`;
      return `a list${items} of at most ${maxItems} items${size} without empty ones`;
    }
    case "grammar":
      return GRAMMARS[parameter.grammar].allowed;
    case "expressions":
      return `${GRAMMARS.expression.allowed}, or several of them, or word`;
    case "charset":
      return "'auto', or an encoding that the WHATWG Encoding standard names";
    case "locale":
      return `a BCP 47 language tag of at most ${MOST_LOCALE_CHARS} characters that ICU knows`;
    case "family":
      return `at most ${parameter.maxItems} texts of at most ${parameter.maxChars} characters each`;
  }
}

function readTexts(parameter: Parameter, texts: readonly string[]): ParameterValue {
  const text = texts[0];
  switch (parameter.kind) {
    case "choice":
      return readChoice(text, parameter.values);
    case "boolean":
      return readBoolean(text);
    case "integer":
      return readInteger(text);
    case "size":
      return readSize(text.trim()) ?? readInteger(text);
    case "list":
      return parameter.separator ? readLines(texts) : readList(texts, parameter.values);
    case "grammar":
      return text.length > parameter.maxChars
        ? text
        : GRAMMARS[parameter.grammar].read(text) ?? text;
    case "expressions":
      return textLength(texts) > parameter.maxChars ? texts : readExpressions(texts);
    case "charset":
      return canonicalCharset(text) ?? text;
    case "locale":
      return readLocale(text);
    default:
      return text;
  }
}

/** What would be allowed, for the `allowed` member of a problem; undefined for a good value. */
function violated(parameter: Parameter, value: unknown): unknown {
  switch (parameter.kind) {
    case "choice":
      return value === parameter.default || parameter.values.includes(value as string)
        ? undefined
        : parameter.values;
    case "boolean":
      return typeof value === "boolean" ? undefined : ["true", "false"];
    case "integer":
    case "size": {
      const { least, most } = parameter;
      const good = Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
      return good ? undefined : { least, most };
    }
    case "text": {
      const good = isText(value) && value.length <= parameter.maxChars;
      return good ? undefined : { maxChars: parameter.maxChars };
    }
    case "list":
      return isList(parameter, value) ? undefined : parameter.values ??
        { maxItems: parameter.maxItems, maxChars: parameter.maxChars };
    case "grammar": {
      const { grammar, maxChars } = parameter;
      if (!isText(value) || value.length > maxChars) return { maxChars };
      return findFault(grammar, value);
    }
    case "expressions": {
      const { maxChars } = parameter;
      if (!Array.isArray(value) || !value.every(isText) || textLength(value) > maxChars) {
        return { maxChars };
      }
      return findExpressionFault(value);
    }
    case "charset": {
      const good = typeof value === "string" && canonicalCharset(value) !== undefined;
      return good ? undefined : describeAllowed(parameter);
    }
    case "locale":
      // ICU takes milliseconds to load.
      return value === parameter.default || isLocale(value)
        ? undefined
        : describeAllowed(parameter);
    case "family":
      return typeof value === "object" ? undefined : describeAllowed(parameter);
  }
}

function isList(parameter: Parameter & { kind: "list" }, value: unknown): boolean {
  return Array.isArray(value) && value.length <= parameter.maxItems &&
    value.every((item) =>
      isText(item) && item !== "" && item.length <= (parameter.maxChars ?? Infinity) &&
      (parameter.values?.includes(item) ?? true)
    );
}

function textLength(texts: readonly string[]): number {
  return texts.join().length;
}

/** Whether a value is a text that UTF-8 can say. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed();
}

/** Of any other language, ICU would take that of the machine. */
function isLocale(value: unknown): boolean {
  if (typeof value !== "string" || value.length > MOST_LOCALE_CHARS) return false;
  try {
    return Intl.Segmenter.supportedLocalesOf(value).length === 1;
  } catch {
    return false;
  }
}

function quoted(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(", ");
}

/** A value for a message; a long one by its beginning, for a client knows what it sent. */
export function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}

import type {
  Condition,
  Extractor,
  RecordPlan,
  WordPlan,
} from "../../../src/records/record_plan.ts";
import { keysOf } from "./oracle.ts";
import { findJson } from "./oracle_json.ts";
import { findPattern, testPattern } from "./oracle_patterns.ts";
import { oracleTime } from "./oracle_time.ts";
import { oracleTemplate } from "./oracle_template.ts";

// What a plan takes out of records, read character by character.

/** What the records of a text are, and what a plan takes out of them. */
export interface OracleRecords {
  /** A key for each record that counts; those of several parts are joined by U+0001. */
  keys: string[];
  /** The value of each, where the plan has one: its text. */
  values: string[];
  records: number;
  missing: number;
  notNumbers: number;
  /** Where broken records begin, in characters. */
  broken: number[];
}

interface Piece {
  text: string;
  at: number;
  /** Whether a quote is left open. */
  isOpen: boolean;
}

/** @param part The name of the part of the input that the text is. */
export function oracleRecords(text: string, plan: RecordPlan, part = "0"): OracleRecords {
  const found: OracleRecords = {
    keys: [],
    values: [],
    records: 0,
    missing: 0,
    notNumbers: 0,
    broken: [],
  };
  for (const piece of pieces(text, plan)) {
    if (plan.records === "ndjson" && /^[ \t\r\n]*$/.test(piece.text)) continue;
    found.records++;
    const read = (extractor: Extractor) => extract(piece.text, extractor, plan.delimiter, part);
    let words: (string | undefined)[] | undefined;
    let parts: (string | undefined)[];
    let value: string | undefined;
    try {
      if (piece.isOpen) throw new SyntaxError("a quote is left open");
      parts = plan.keys.map(read);
      if (plan.words?.of) words = wordsOf(read(plan.words.of) ?? "", plan.words);
      else if (plan.words) parts.push(finalOf(parts.pop(), plan.words));
      value = plan.value && read(plan.value);
      const others = plan.where.map(({ of }) => read(of) ?? "");
      if (!plan.where.every((condition, i) => holds(condition, others[i]))) continue;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      found.broken.push(piece.at);
      continue;
    }
    if (words?.length === 0 || parts.some((part) => part === undefined || part === "")) {
      found.missing++;
      continue;
    }
    if (plan.output === "values" && (value === undefined || decimal(value) === undefined)) {
      found.notNumbers++;
      continue;
    }
    if (plan.output === "pairs" && value === undefined) {
      found.notNumbers++;
      continue;
    }
    for (const last of words?.map((word) => [word]) ?? [[]]) {
      found.keys.push(joined([...parts, ...last] as string[]));
      if (value !== undefined) found.values.push(value);
    }
  }
  return found;
}

/** The words of a text in their last form; empty lines are none. */
function wordsOf(text: string, { tokenizer, folds, normalizes: nfc, keepCR }: WordPlan): string[] {
  const options = { case: folds ? "fold" : "preserve", nfc, keepCR } as const;
  return keysOf(text, tokenizer, options).filter((word) => word !== "");
}

function finalOf(word: string | undefined, plan: WordPlan): string | undefined {
  if (!word || !plan.folds && !plan.normalizes) return word;
  return wordsOf(word, { ...plan, tokenizer: "lines", keepCR: true })[0];
}

function joined(parts: string[]): string {
  if (parts.length === 1) return parts[0];
  const escape = (part: string) =>
    [..."\x02\x01\0"].reduce((text, low) => text.replaceAll(low, escapeOf(low)), part);
  return parts.map(escape).join("\x01");
}

/** One byte becomes two. The escape itself is escaped first. */
function escapeOf(low: string): string {
  return `\x02${String.fromCharCode(low.charCodeAt(0) + 1)}`;
}

function* pieces(text: string, { records, words }: RecordPlan): Generator<Piece> {
  if (records === "word") {
    const plan = { ...words!, folds: false, normalizes: false };
    for (const word of wordsOf(text, plan)) yield { text: word, at: 0, isOpen: false };
    return;
  }
  const fixed = /^fixed:(\d+)$/.exec(records);
  if (fixed) {
    const size = Number(fixed[1]);
    for (let at = 0; at < text.length; at += size) {
      yield { text: text.slice(at, at + size), at, isOpen: false };
    }
    return;
  }
  if (records === "paragraph") return yield* paragraphs(text);
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"' && records === "csv") quoted = !quoted;
    if (text[at] !== "\n" || quoted) continue;
    yield { text: text.slice(start, at).replace(/\r$/, ""), at: start, isOpen: false };
    start = at + 1;
  }
  if (start < text.length) {
    yield { text: text.slice(start).replace(/\r$/, ""), at: start, isOpen: quoted };
  }
}

function* paragraphs(text: string): Generator<Piece> {
  for (const { 0: paragraph, index } of text.matchAll(/(?:(?!\r?(?:\n|$))[^\n]*(?:\n|$))+/g)) {
    if (paragraph !== "") {
      yield { text: paragraph.replace(/\r?\n?$/, ""), at: index, isOpen: false };
    }
  }
}

/** @throws {SyntaxError} If the record is broken. */
function extract(
  record: string,
  extractor: Extractor,
  delimiter: string,
  part: string,
): string | undefined {
  switch (extractor.kind) {
    case "part":
      return part;
    case "record":
      return record;
    case "template":
      return oracleTemplate(record);
    case "column":
      return columns(record, delimiter)[extractor.index - 1];
    case "field":
      return record.split(/[ \t\n]+/).filter((field) => field !== "")[extractor.index - 1];
    case "json":
      return /^[ \t\r\n]*$/.test(record) ? undefined : findJson(record, extractor.path);
    case "time": {
      const text = extract(record, extractor.of, delimiter, part);
      return text ? oracleTime(text, extractor.bucket, extractor.zone.name) : undefined;
    }
    case "regex":
      return findPattern(extractor.tables, record);
  }
}

function columns(row: string, delimiter: string): string[] {
  const found: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= row.length; at++) {
    if (row[at] === '"') quoted = !quoted;
    if (at < row.length && (row[at] !== delimiter || quoted)) continue;
    found.push(unquote(row.slice(start, at)));
    start = at + 1;
  }
  return found;
}

function unquote(column: string): string {
  if (!column.startsWith('"')) return column;
  let text = "";
  let quoted = false;
  for (let at = 0; at < column.length; at++) {
    if (column[at] !== '"') text += column[at];
    else if (quoted && column[at + 1] === '"') text += column[at++];
    else quoted = !quoted;
  }
  return text;
}

function holds({ op, text, tables }: Condition, value: string): boolean {
  switch (op) {
    case "=":
      return value === text;
    case "!=":
      return value !== text;
    case "^=":
      return value.startsWith(text);
    case "*=":
      return value.includes(text);
    case "~":
      return testPattern(tables!, value);
  }
  const order = compare(value, text);
  if (order === undefined) return false;
  return op === "<" ? order < 0 : op === "<=" ? order <= 0 : op === ">" ? order > 0 : order >= 0;
}

function compare(value: string, text: string): number | undefined {
  const bound = decimal(text);
  if (bound === undefined) return value < text ? -1 : value > text ? 1 : 0;
  const number = decimal(value);
  return number === undefined ? undefined : number < bound ? -1 : number > bound ? 1 : 0;
}

const FRACTION = 18n;
const DECIMAL = /^[ \t]*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?[ \t]*$/;

/** A decimal in units of 10^-18; undefined if a text is none that 64 bits hold at 0 to 18 places. */
export function decimal(text: string): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  if (whole + fraction === "") return undefined;
  let mantissa = BigInt(whole + fraction);
  if (mantissa === 0n) return 0n;
  let places = BigInt(fraction.length) - BigInt(exponent);
  if (places > 10_000n || places < -10_000n) return undefined;
  for (; mantissa % 10n === 0n && places > 0n; places--) mantissa /= 10n;
  if (places < 0n) mantissa *= 10n ** -places;
  if (sign === "-") mantissa = -mantissa;
  if (places > FRACTION || BigInt.asIntN(64, mantissa) !== mantissa) return undefined;
  return mantissa * 10n ** (FRACTION - (places > 0n ? places : 0n));
}

import type { Comparison, Expression, Part } from "./expressions/expression.ts";
import { parseConditions, parseExpression, parseKeys } from "./expressions/parse_expressions.ts";
import type { KernelManifest, PairOp } from "./kernel_manifest.ts";
import type { RecordOptions } from "./record_options.ts";
import type { Aggregate } from "./stats.ts";

/** What is asked of the records of a text, with nothing left open. */
export interface RecordQuestion {
  /** Groups first. */
  keys: readonly Expression[];
  /** How many of the keys are groups. */
  groups: number;
  value: Expression | undefined;
  /** Empty where records are counted. */
  aggs: readonly (Aggregate | PairOp)[];
  where: readonly Comparison[];
  /** Kind of the records, never `auto`. */
  records: string;
  /** Whether the first row of each text names the columns. */
  header: boolean;
}

interface Asked
  extends Pick<RecordOptions, "key" | "by" | "value" | "agg" | "where" | "records" | "header"> {
  tokenizer: string;
}

/** What keys are where nothing but a tokenizer says it. */
const WORD: Expression = { kind: "word", of: { kind: "record" } };

/** Tokenizers that are of records, and what keys are with them. */
const KEYS_OF: Readonly<Record<string, Expression>> = {
  template: { kind: "template" },
  pattern: { kind: "record" }, // of which the kernel takes the patterns
};

/**
 * Reads what options ask of records.
 *
 * @param options Whose expressions can be read.
 * @returns Nothing where keys are tokens.
 */
export function readQuestion(asked: Asked): RecordQuestion | undefined {
  if (!asksRecords(asked)) return undefined;
  const { key, by = [], value, agg, ...rest } = asked;
  const groups = by.length > 0 ? parseKeys(by.join()) : [];
  const said = nameKeys(key) ? parseKeys(key.join()) : [KEYS_OF[asked.tokenizer] ?? WORD];
  const keys = [...groups, ...said];
  const valued = value === "" ? undefined : parseExpression(value);
  const where = rest.where === "" ? [] : parseConditions(rest.where);
  const all = expressionsOf({ keys, value: valued, where });
  return {
    keys,
    groups: groups.length,
    value: valued,
    aggs: valued ? agg.length === 0 ? ["sum"] : agg : [],
    where,
    records: rest.records === "auto" ? recordsOf(all) : rest.records,
    header: rest.header || all.some(isNamed),
  };
}

/** All expressions of a question: those of keys, of the value and of conditions, in this order. */
export function expressionsOf(
  { keys, value, where }: Pick<RecordQuestion, "keys" | "value" | "where">,
): Expression[] {
  return [...keys, ...(value ? [value] : []), ...where.map(({ of }) => of)];
}

/** The expressions that an option names. */
export function expressionsIn(
  { keys, groups, value, where }: RecordQuestion,
  parameter: "by" | "key" | "value" | "where",
): readonly Expression[] {
  if (parameter === "by") return keys.slice(0, groups);
  if (parameter === "key") return keys.slice(groups);
  if (parameter === "where") return where.map(({ of }) => of);
  return value ? [value] : [];
}

/** Whether keys are taken out of records; words alone are what a job without expressions counts. */
export function asksRecords(
  { key = [], by = [], value = "", where = "", records = "auto", tokenizer = "" }: Partial<Asked>,
): boolean {
  if (nameKeys(key) || by.length > 0 || Object.hasOwn(KEYS_OF, tokenizer)) return true;
  return key.length > 0 && (value !== "" || where !== "" || records !== "auto");
}

/** Whether the last part of keys is a word, which is folded as tokens are. */
export function countsWords({ keys }: Pick<RecordQuestion, "keys">): boolean {
  return keys.at(-1)!.kind === "word";
}

/** Whether words are brought to their last form as they are found, since keys hold more than them. */
export function finishesWords(question: Pick<RecordQuestion, "keys" | "aggs">): boolean {
  const holdMore = question.keys.length > 1 || outputOf(question.aggs) === "pairs";
  return countsWords(question) && holdMore;
}

/** Whether expressions say what keys are. */
export function nameKeys(key: readonly string[]): boolean {
  return key.length > 1 || key.length === 1 && key[0].trim() !== "word";
}

/** Kind of the records that the first expression which has one is for; words where nothing else is asked. */
function recordsOf(expressions: readonly Expression[]): string {
  const areWords = expressions.some(isWord) &&
    expressions.every((each) => isWord(each) || each.kind === "part");
  if (areWords) return "word";
  return expressions.map((each) => RECORDS_OF[partOf(each).kind]).find((kind) => kind) ?? "line";
}

/** Whether an expression is the words of whole records. */
function isWord(expression: Expression): boolean {
  return expression.kind === "word" && expression.of.kind === "record";
}

/** What of a record an expression looks at. */
export function partOf(expression: Expression): Part {
  return "of" in expression ? expression.of : expression;
}

/** The one kind of records that an expression is for. */
export const RECORDS_OF: Partial<Record<Expression["kind"], string>> = {
  column: "csv",
  json: "ndjson",
};

/** Whether an expression is a column by its name. */
export function isNamed(expression: Expression): boolean {
  const part = partOf(expression);
  return part.kind === "column" && typeof part.column === "string";
}

/** Whether something of a question is the name of a part of the input. */
export function namesParts(question: RecordQuestion): boolean {
  return expressionsOf(question).some((each) => partOf(each).kind === "part");
}

/** How the kernel hands out what is asked for. */
export function outputOf(aggs: RecordQuestion["aggs"]): "windows" | "values" | "pairs" {
  const [first] = aggs;
  if (first === "distinct" || first === "approxDistinct") return "pairs";
  return first === undefined ? "windows" : "values";
}

/** What the kernel of records says of itself where it answers a question. */
export function describeQuestion(
  question: RecordQuestion,
  { round }: Pick<RecordOptions, "round">,
): KernelManifest {
  const { keys, aggs, records } = question;
  const output = outputOf(aggs);
  return {
    abi: 1,
    records,
    input: "text",
    output,
    ...(output === "pairs" && { op: aggs[0] as PairOp }),
    ...(output === "values" && {
      stats: { aggs: aggs as readonly Aggregate[], ...(round >= 0 && { round }) },
    }),
    ...(keys.length > 1 && { keyParts: keys.length }),
    ...(finishesWords(question) && { finishesWords: true }),
    ...(namesParts(question) && { namesParts: true }),
    options: [],
  };
}

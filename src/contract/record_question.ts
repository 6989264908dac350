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
  const keys = [...groups, ...nameKeys(key) ? parseKeys(key.join()) : [KEYS_OF[asked.tokenizer]]];
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

/** Whether keys are taken out of records; `word` is what a job without expressions counts. */
export function asksRecords({ key = [], tokenizer }: Partial<Pick<Asked, "key" | "tokenizer">>) {
  return nameKeys(key) || tokenizer !== undefined && Object.hasOwn(KEYS_OF, tokenizer);
}

/** Whether expressions say what keys are. */
export function nameKeys(key: readonly string[]): boolean {
  return key.length > 1 || key.length === 1 && key[0].trim() !== "word";
}

/** Kind of the records that the first expression which has one is for. */
function recordsOf(expressions: readonly Expression[]): string {
  return expressions.map((each) => RECORDS_OF[partOf(each).kind]).find((kind) => kind) ?? "line";
}

/** What of a record an expression looks at. */
export function partOf(expression: Expression): Part {
  return expression.kind === "time" ? expression.of : expression;
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

/** How the kernel hands out what is asked for. */
export function outputOf(aggs: RecordQuestion["aggs"]): "windows" | "values" | "pairs" {
  const [first] = aggs;
  if (first === "distinct" || first === "approxDistinct") return "pairs";
  return first === undefined ? "windows" : "values";
}

/** What the kernel of records says of itself where it answers a question. */
export function describeQuestion(
  { keys, aggs, records }: RecordQuestion,
  { round }: Pick<RecordOptions, "round">,
): KernelManifest {
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
    options: [],
  };
}

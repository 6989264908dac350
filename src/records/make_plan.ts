import type { Comparison, Expression, Part } from "../contract/expressions/expression.ts";
import { readBucket } from "../contract/expressions/buckets.ts";
import type { CountOptions } from "../contract/options.ts";
import {
  countsWords,
  finishesWords,
  outputOf,
  partOf,
  type RecordQuestion,
} from "../contract/record_question.ts";
import type { WordTokenizer } from "../contract/token_options.ts";
import { literalTables } from "./literals/literal_tables.ts";
import type { ColumnPlaces } from "./column_places.ts";
import type { Patterns } from "./patterns.ts";
import type { Condition, Extractor, RecordPlan, WordPlan } from "./record_plan.ts";
import { zoneTable } from "./time_zone.ts";

/** What a plan is made of. */
interface PlanParts {
  question: RecordQuestion;
  options: Pick<
    CountOptions,
    | "delimiter"
    | "onError"
    | "match"
    | "tokenizer"
    | "keepCR"
    | "patterns"
    | "overlap"
    | "case"
    | "normalization"
    | "tz"
  >;
  patterns: Patterns;
  columns: ColumnPlaces;
}

/** What the kernel does to answer a question, once the places of columns are known. */
export function makePlan({ question, options, patterns, columns }: PlanParts): RecordPlan {
  const { delimiter, onError, match, tz } = options;
  const extract = (expression: Expression): Extractor => {
    if (expression.kind !== "time") return extractorOf(partOf(expression), patterns, columns);
    const bucket = readBucket(expression.bucket)!;
    return { kind: "time", of: extract(expression.of), bucket, zone: zoneTable(tz) };
  };
  const { keys, groups, value, aggs, where, records } = question;
  const conditions = where.map(({ of, operator, text }): Condition => ({
    of: extract(of),
    op: operator,
    text,
    ...(operator === "~" && { tables: patterns.tablesOf(text) }),
  }));
  const cuts = countsWords(question) && records !== "word";
  const extractors = (cuts ? keys.slice(0, -1) : keys).map(extract);
  if (match !== "") {
    conditions.push({
      of: extractors[groups],
      op: "~",
      text: match,
      tables: patterns.tablesOf(match),
    });
  }
  return {
    records,
    delimiter,
    keys: extractors,
    ...((cuts || records === "word") && {
      words: planWords(question, options, cuts ? extract(partOf(keys.at(-1)!)) : undefined),
    }),
    ...(value && { value: extract(value) }),
    output: outputOf(aggs),
    where: conditions,
    onError,
    ...(options.tokenizer === "pattern" && {
      literals: literalTables(options.patterns, {
        overlap: options.overlap,
        folds: options.case === "fold",
      }),
    }),
  };
}

function planWords(
  question: RecordQuestion,
  { tokenizer, keepCR, case: folding, normalization }: PlanParts["options"],
  of: Extractor | undefined,
): WordPlan {
  const finishes = finishesWords(question);
  return {
    tokenizer: tokenizer as WordTokenizer,
    keepCR,
    of,
    folds: finishes && folding === "fold",
    normalizes: finishes && normalization === "nfc",
  };
}

/** Every pattern of a question, with the parameter that it is of. */
export function* patternsOf(
  { keys, groups, value, where }: RecordQuestion,
  match: string,
): Generator<{ parameter: string; pattern: string }, void, void> {
  const ofExpression = function* (parameter: string, expression: Expression | undefined) {
    const part = expression && partOf(expression);
    if (part?.kind === "regex") yield { parameter, pattern: part.pattern };
  };
  for (const [i, key] of keys.entries()) yield* ofExpression(i < groups ? "by" : "key", key);
  yield* ofExpression("value", value);
  for (const { of, operator, text } of where as readonly Comparison[]) {
    yield* ofExpression("where", of);
    if (operator === "~") yield { parameter: "where", pattern: text };
  }
  if (match !== "") yield { parameter: "match", pattern: match };
}

function extractorOf(
  expression: Part,
  patterns: Patterns,
  columns: ColumnPlaces,
): Extractor {
  switch (expression.kind) {
    case "column":
      return { kind: "column", index: columns.placeOf(expression.column) };
    case "field":
      return { kind: "field", index: expression.field };
    case "regex":
      return { kind: "regex", tables: patterns.tablesOf(expression.pattern) };
    default:
      return expression;
  }
}

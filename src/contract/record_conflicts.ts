import { type Conflict, type ConflictRule, findFirst, findSaid } from "./conflict.ts";
import { printExpression } from "./expressions/print_expressions.ts";
import { MOST_KEYS } from "./expressions/expression.ts";
import { defaultsOf, shorten } from "./parameters.ts";
import { RECORD_PARAMETERS, type RecordOptions } from "./record_options.ts";
import {
  countsWords,
  expressionsIn,
  expressionsOf,
  nameKeys,
  partOf,
  readQuestion,
  type RecordQuestion,
  RECORDS_OF,
} from "./record_question.ts";
import { TOKEN_DEFAULTS } from "./token_options.ts";
import { findWordConflict, holdsWords } from "./word_conflicts.ts";

/** The options that are looked at. */
interface Options extends RecordOptions {
  tokenizer: string;
  n: number;
  lineBound: boolean;
  keepCR: boolean;
  locale: string;
  stop: readonly string[];
  stopWords: readonly string[];
  minLength: number;
  maxLength: number;
  partition: string;
}

type Rule = ConflictRule<[RecordQuestion, Options]>;

/** What is of tokens alone, and its default. */
const OF_TOKENS = { ...TOKEN_DEFAULTS, stop: [], stopWords: [] } as const;

/** Likewise where a tokenizer looks at records. */
const { tokenizer: _, ...OF_OTHER_TOKENS } = OF_TOKENS;

/** What is of records alone, beside `key`. */
const { key: __, ...OF_RECORDS } = defaultsOf(RECORD_PARAMETERS);

/** An option of records that another one keeps from having an effect, as `findConflict` has it. */
export function findRecordConflict(options: Options): Conflict | undefined {
  const question = readQuestion(options);
  if (!question) return findWithoutKey(options);
  return findWordConflict(question, options) ?? findFirst(RULES, question, options);
}

function findWithoutKey(options: Options): Conflict | undefined {
  const parameter = findSaid(options, OF_RECORDS);
  return parameter && {
    parameter,
    value: options[parameter],
    other: "key",
    reason: "it is for keys of records; 'key' says what they are",
    allowed: OF_RECORDS[parameter],
  };
}

const RULES: readonly Rule[] = [
  ({ keys, groups }, { by: value }) =>
    groups > 0 && keys.length > MOST_KEYS && {
      parameter: "by",
      value,
      other: "key",
      reason: `they are ${keys.length} expressions together, more than ${MOST_KEYS}`,
      allowed: `${MOST_KEYS} with those of 'key'`,
    },
  (question, { tz: value }) =>
    value !== RECORD_PARAMETERS.tz.default &&
    !expressionsOf(question).some(({ kind }) => kind === "time") && {
      parameter: "tz",
      value,
      other: "key",
      reason: "no expression is a time",
      allowed: RECORD_PARAMETERS.tz.default,
    },
  (question, options) => {
    if (holdsWords(question)) return undefined;
    const isTokenizer = !nameKeys(options.key);
    const name = isTokenizer ? findSaid(options, OF_OTHER_TOKENS) : findSaid(options, OF_TOKENS);
    return name && {
      parameter: name,
      value: options[name],
      other: isTokenizer ? "tokenizer" : "key",
      reason: isTokenizer
        ? `tokenizer=${options.tokenizer} looks at whole lines, in which there are no tokens`
        : "'key' takes keys out of records, in which there are no tokens",
      allowed: OF_TOKENS[name],
    };
  },
  (_, options) => {
    const isPattern = options.tokenizer === "pattern" && !nameKeys(options.key);
    const name = isPattern && findSaid(options, OF_RECORDS);
    return name && {
      parameter: name,
      value: options[name],
      other: "tokenizer",
      reason: "tokenizer=pattern counts patterns in all of the text, and takes no parts of records",
      allowed: OF_RECORDS[name],
    };
  },
  ...(["by", "key", "value", "where"] as const).map(
    (parameter): Rule => (question, options) => {
      const { records } = question;
      const wrong = expressionsIn(question, parameter).map(partOf).find(({ kind }) =>
        (RECORDS_OF[kind] ?? records) !== records
      );
      const isSaid = options.records !== "auto";
      return wrong && {
        parameter: isSaid ? "records" : parameter,
        value: options[isSaid ? "records" : parameter],
        other: isSaid ? parameter : "records",
        reason:
          `${shorten(printExpression(wrong))} is for records=${RECORDS_OF[wrong.kind]}, and ` +
          `these are records=${records}`,
        allowed: RECORDS_OF[wrong.kind],
      };
    },
  ),
  ...(["header", "delimiter"] as const).map((parameter): Rule => ({ records }, options) =>
    options[parameter] !== RECORD_PARAMETERS[parameter].default && records !== "csv" && {
      parameter,
      value: options[parameter],
      other: "records",
      reason: `records=${records} has no columns; only records=csv does`,
      allowed: "records=csv",
    }
  ),
  ({ records }, { onError: value }) =>
    value !== "fail" && !/^(csv|ndjson|fixed:.*)$/.test(records) && {
      parameter: "onError",
      value,
      other: "records",
      reason: `records=${records} cannot break; only csv, ndjson and fixed can`,
      allowed: "fail",
    },
  ({ value }, { agg }) =>
    !value && agg.length > 0 && agg.join() !== "count" && {
      parameter: "agg",
      value: agg,
      other: "value",
      reason: "there are no values; 'value' says what they are",
      allowed: ["count"],
    },
  (_, { agg }) =>
    new Set(agg).size < agg.length && {
      parameter: "agg",
      value: agg,
      other: "agg",
      reason: "one of them is there twice",
      allowed: [...new Set(agg)],
    },
  (_, { agg }) =>
    agg.length > 1 && agg.some(isOfTexts) && {
      parameter: "agg",
      value: agg,
      other: "agg",
      reason: `${agg.find(isOfTexts)} stands alone: it tells texts apart, and adds up no numbers`,
      allowed: agg.filter(isOfTexts).slice(0, 1),
    },
  ({ aggs }, { round: value }) =>
    value >= 0 && aggs.every((agg) => agg === "count" || isOfTexts(agg)) && {
      parameter: "round",
      value,
      other: "agg",
      reason: "there are no numbers to round, but integers",
      allowed: RECORD_PARAMETERS.round.default,
    },
  ({ keys, groups }, { match: value }) =>
    value !== "" && keys.length - groups > 1 && {
      parameter: "match",
      value,
      other: "key",
      reason: "it matches one key, and there are several; 'where' has conditions for each",
      allowed: "",
    },
  ...(["minLength", "maxLength"] as const).map((parameter): Rule => (question, options) =>
    options[parameter] > 0 && question.keys.length > 1 && !countsWords(question) && {
      parameter,
      value: options[parameter],
      other: "key",
      reason: "it is the length of one key, and there are several",
      allowed: 0,
    }
  ),
  ({ keys }, { partition: value }) =>
    value === "range" && keys.length > 1 && {
      parameter: "partition",
      value,
      other: "key",
      reason: "borders are texts, and keys of several expressions are none",
      allowed: "hash",
    },
];

function isOfTexts(agg: string): boolean {
  return agg === "distinct" || agg === "approxDistinct";
}

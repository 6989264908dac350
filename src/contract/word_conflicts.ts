import { type Conflict, type ConflictRule, findFirst, findSaid } from "./conflict.ts";
import { printExpression } from "./expressions/print_expressions.ts";
import type { RecordOptions } from "./record_options.ts";
import { countsWords, expressionsIn, outputOf, type RecordQuestion } from "./record_question.ts";
import { TOKEN_DEFAULTS, WORD_TOKENIZERS } from "./token_options.ts";

/** The options that are looked at. */
interface Options extends RecordOptions {
  tokenizer: string;
  n: number;
  lineBound: boolean;
  locale: string;
  stop: readonly string[];
  stopWords: readonly string[];
}

type Rule = ConflictRule<[RecordQuestion, Options]>;

const { n, lineBound, locale } = TOKEN_DEFAULTS;

/** What is of words in a row, or of other tokenizers. */
const OF_TEXTS = { n, lineBound, locale };

/** Whether words are keys, or records: then a tokenizer finds them. */
export function holdsWords(question: RecordQuestion): boolean {
  return countsWords(question) || question.records === "word";
}

/** An option of words of records, or of parts of the input, that cannot do what it says. */
export function findWordConflict(question: RecordQuestion, options: Options): Conflict | undefined {
  return findFirst(RULES, question, options);
}

const RULES: readonly Rule[] = [
  ({ keys, groups }, { by, key }) =>
    keys.slice(0, -1).some(isWord) && {
      parameter: keys.slice(0, groups).some(isWord) ? "by" : "key",
      value: keys.slice(0, groups).some(isWord) ? by : key,
      other: "key",
      reason: "word is the last one of its keys, and the only word: what it is counted in stands " +
        "in front of it",
      allowed: "word behind all others",
    },
  ...(["value", "where"] as const).map((parameter): Rule => (question, options) =>
    expressionsIn(question, parameter).some(isWord) && {
      parameter,
      value: options[parameter],
      other: "key",
      reason: "a record has many words, each of which is a key; with records=word each is a record",
      allowed: "record, template, part, column(…), field(…), json(…), regex(…) or time(…)",
    }
  ),
  (question, { tokenizer: value }) =>
    holdsWords(question) && !WORD_TOKENIZERS.some((each) => each === value) && {
      parameter: "tokenizer",
      value,
      other: "key",
      reason: `tokenizer=${value} finds no words within records`,
      allowed: WORD_TOKENIZERS,
    },
  (question, options) => {
    const name = holdsWords(question) && findSaid(options, OF_TEXTS);
    return name && {
      parameter: name,
      value: options[name],
      other: "key",
      reason: "words of records and of parts are counted one by one",
      allowed: OF_TEXTS[name],
    };
  },
  ({ keys, records }, { key: value }) => {
    const word = keys.at(-1)!;
    return records === "word" && word.kind === "word" && word.of.kind !== "record" && {
      parameter: "key",
      value,
      other: "records",
      reason: `${printExpression(word)} is for other records: with records=word each is one word`,
      allowed: ["word", "record"],
    };
  },
  (question, { match: value }) =>
    countsWords(question) && value !== "" && {
      parameter: "match",
      value,
      other: "key",
      reason: "it looks at keys before they are folded; say key=record, records=word and where=" +
        'record ~ "…", which looks at each word as it stands',
      allowed: "",
    },
  (question, options) => {
    const isOfRecords = question.records === "word" && question.keys.length > 1;
    const name = isOfRecords && !countsWords(question) &&
      findSaid(options, { stop: [], stopWords: [] });
    return name && {
      parameter: name,
      value: options[name],
      other: "key",
      reason: "keys are records here; key=word has stop words",
      allowed: [],
    };
  },
  ({ value, aggs }, { agg }) =>
    value?.kind === "part" && outputOf(aggs) !== "pairs" && {
      parameter: "value",
      value: "part",
      other: "agg",
      reason: `${agg.length > 0 ? agg.join() : "sum"} is of numbers, and parts have names; ` +
        "agg=distinct says in how many of them a key occurs",
      allowed: ["distinct", "approxDistinct"],
    },
];

function isWord({ kind }: { kind: string }): boolean {
  return kind === "word";
}

import { COLLOCATION_PARAMETERS } from "../contract/collocation_options.ts";
import { type Grammar, RECORDS } from "../contract/expressions/grammars.ts";
import { BODY_PARAMETERS, COUNT_PARAMETERS, OUTPUT_PARAMETERS } from "../contract/options.ts";
import type { Parameter } from "../contract/parameters.ts";
import { formatSize } from "../contract/sizes.ts";
import { COMPARE_QUERY } from "../http/read/compare_query.ts";
import { COUNT_QUERY, RESULT_QUERY } from "../http/read/query.ts";
import type { MarkdownTable } from "./markdown_table.ts";

/** Where the guide of HTTP says more, by the parameter's name. */
const MORE: Readonly<Record<string, string>> = {
  tokenizer: "see [Tokenizers](#tokenizers)",
  patterns: "see [Patterns](#patterns)",
  overlap: "see [Patterns](#patterns)",
  partition: "see [Parts](#parts)",
  borders: "see [Parts](#parts)",
  part: "see [Parts](#parts)",
  stop: "see [Stop words](#stop-words)",
  charset: "see [Inputs](#inputs)",
  form: "see [Inputs](#inputs)",
  decompress: "see [Inputs](#inputs)",
  format: "see [Answers](#answers)",
  columns: "see [Columns](#columns)",
  group: "see [Groups of forms](#groups-of-forms)",
  key: "see [Keys and values from records](#keys-and-values-from-records)",
  mode: "see [Approximate counts](#approximate-counts)",
  memory: "see [Approximate counts](#approximate-counts)",
  kernel: "see [Kernels of your own](#kernels-of-your-own)",
  csvBom: "see [Readers](#readers)",
  csvSafe: "see [Readers](#readers)",
};

/** A list of more items is described, not written out. */
const MOST_ITEMS = 5;

const HEADER = ["parameter", "values", "default", "meaning"];

/** What the query of a request that counts may say. */
export function createCountParameterTable(): MarkdownTable {
  const rows = Object.entries<Parameter>(COUNT_QUERY).map(([name, parameter]) => [
    code(name),
    describeValues(name, parameter),
    describeDefault(parameter),
    describeMeaning(name, parameter),
  ]);
  return [HEADER, ...rows];
}

/** What the query of a request for a job's result may say. */
export function createResultParameterTable(): MarkdownTable {
  const ofCounts = { ...COUNT_PARAMETERS, ...BODY_PARAMETERS, ...OUTPUT_PARAMETERS };
  const rows = Object.entries<Parameter>(RESULT_QUERY).map(([name, parameter]) => {
    const isOfCounts = name in ofCounts;
    return [
      code(name),
      isOfCounts ? "as in [Counting](#counting)" : describeValues(name, parameter),
      isOfCounts ? "the job's" : describeDefault(parameter),
      describeMeaning(name, parameter),
    ];
  });
  return [HEADER, ...rows];
}

/** What the query of a request that compares results may say. */
export function createCompareParameterTable(): MarkdownTable {
  return createViewTable(COMPARE_QUERY);
}

/** What the query of a request that scores pairs may say. */
export function createCollocationParameterTable(): MarkdownTable {
  return createViewTable(COLLOCATION_PARAMETERS);
}

function createViewTable(parameters: Readonly<Record<string, Parameter>>): MarkdownTable {
  const rows = Object.entries(parameters).map(([name, parameter]) => [
    code(name),
    name in COUNT_QUERY ? "as in [Counting](#counting)" : describeValues(name, parameter),
    describeDefault(parameter),
    describeMeaning(name, parameter),
  ]);
  return [HEADER, ...rows];
}

function describeValues(name: string, parameter: Parameter): string {
  switch (parameter.kind) {
    case "choice":
      return codes(parameter.values);
    case "boolean":
      return codes(["true", "false"]);
    case "integer":
      return `${parameter.least} to ${parameter.most}`;
    case "size":
      return [parameter.least, parameter.most].map(formatSize).map(code).join(" to ");
    case "text":
      return `up to ${parameter.maxChars} characters`;
    case "list": {
      const { values } = parameter;
      if (name === "stop") return `language codes, such as ${code("en,de")}`;
      if (name === "patterns") return `texts, a line each: up to ${parameter.maxItems}`;
      if (name === "borders") return `keys, separated by commas: up to ${parameter.maxItems}`;
      const few = values !== undefined && values.length <= MOST_ITEMS;
      return few ? `${codes(values)}, separated by commas` : "words, separated by commas";
    }
    case "grammar":
      return GRAMMAR_FORMS[parameter.grammar];
    case "expressions":
      return "expressions, separated by commas";
    case "charset":
      return "an [Encoding Standard](https://encoding.spec.whatwg.org/) label";
    case "locale":
      return "a BCP 47 tag that ICU knows";
    case "family":
      return "what the option's type allows";
  }
}

/** Forms of texts that the guide describes in a chapter of their own. */
const GRAMMAR_FORMS: Readonly<Record<Grammar, string>> = {
  expression: "an expression",
  conditions: `${code('EXPR OP "TEXT"')}, joined by ${code("and")}`,
  records: codes([...RECORDS, "fixed:N"]),
  zone: `the name of a time zone, such as ${code("Europe/Berlin")}`,
  group: codes(["stem(LANGUAGE)", "lemma(JOB)"]),
  delimiter: `an ASCII character, or ${code("tab")}`,
};

function describeDefault(parameter: Parameter): string {
  if (parameter.kind === "family") return "the kernel's";
  if (parameter.kind === "size") return code(formatSize(parameter.default));
  const text = String(parameter.default);
  return text === "" ? "empty" : code(text);
}

function describeMeaning(name: string, { about }: Parameter): string {
  return Object.hasOwn(MORE, name) ? `${about}: ${MORE[name]}` : about;
}

function codes(values: readonly string[]): string {
  return values.map(code).join(", ");
}

function code(text: string): string {
  return `\`${text}\``;
}

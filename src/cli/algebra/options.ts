import { Option } from "@commander-js/extra-typings";
import { COLLOCATION_PARAMETERS } from "../../contract/collocation_options.ts";
import { COMPARE_PARAMETERS } from "../../contract/compare_options.ts";
import { LIST_KEY_PARAMETERS } from "../../contract/list_options.ts";
import { COUNT_PARAMETERS, OUTPUT_PARAMETERS } from "../../contract/options.ts";
import type { Parameter } from "../../contract/parameters.ts";
import { apiRows } from "../count/flags.ts";
import { ENGINE_ROWS, formatRow, OUTPUT_ROW, QUIET_ROW } from "../count/count_rows.ts";
import { createOption } from "../count/create_option.ts";
import { keyFileOption } from "../remote/server_options.ts";

// Options of the commands that work on results, under the names that they have in the API.

/** Keys of lists stay as they are, unless more is said: what is folded once cannot be told apart. */
const KEYS_OF_LISTS = {
  ...LIST_KEY_PARAMETERS,
  case: { ...COUNT_PARAMETERS.case, default: "preserve" },
} as const;

/** What is said of inputs: of lists, or also of texts, whose lists they are to be compared with. */
export function keyParameters(ofTexts: boolean): Readonly<Record<string, Parameter>> {
  return ofTexts ? LIST_KEY_PARAMETERS : KEYS_OF_LISTS;
}

/** What is shown of a merge. */
export const MERGE_SHOWN = {
  top: COUNT_PARAMETERS.top,
  min: COUNT_PARAMETERS.min,
  max: COUNT_PARAMETERS.max,
  prefix: COUNT_PARAMETERS.prefix,
  order: { ...COUNT_PARAMETERS.order, values: ["count", "key"] },
  group: COUNT_PARAMETERS.group,
  columns: OUTPUT_PARAMETERS.columns,
  csvBom: OUTPUT_PARAMETERS.csvBom,
  csvSafe: OUTPUT_PARAMETERS.csvSafe,
} as const satisfies Record<string, Parameter>;

/** What is shown of a comparison. */
export const COMPARE_SHOWN = {
  measure: COMPARE_PARAMETERS.measure,
  in: COMPARE_PARAMETERS.in,
  top: COMPARE_PARAMETERS.top,
  prefix: COMPARE_PARAMETERS.prefix,
  csvBom: COMPARE_PARAMETERS.csvBom,
  csvSafe: COMPARE_PARAMETERS.csvSafe,
} as const satisfies Record<string, Parameter>;

/** What is shown of scored pairs. */
export const COLLOCATIONS_SHOWN = {
  score: COLLOCATION_PARAMETERS.score,
  min: COLLOCATION_PARAMETERS.min,
  top: COLLOCATION_PARAMETERS.top,
  prefix: COLLOCATION_PARAMETERS.prefix,
  csvBom: COLLOCATION_PARAMETERS.csvBom,
  csvSafe: COLLOCATION_PARAMETERS.csvSafe,
} as const satisfies Record<string, Parameter>;

const { n: _, ...OF_PAIRS } = LIST_KEY_PARAMETERS;

/** What is said of inputs whose keys are pairs. */
export const PAIR_KEYS: Readonly<Record<string, Parameter>> = OF_PAIRS;

/** Forms of lists. */
export const LIST_FORMS = ["tsv", "csv", "ndjson", "json", "uniq"] as const;

export type ListForm = typeof LIST_FORMS[number];

/** What inputs are, as the command line says it. */
export type InputForm = "auto" | "text" | ListForm;

/** How inputs are read. */
export function inputOptions(
  { ofTexts, keys = keyParameters(ofTexts) }: {
    ofTexts: boolean;
    keys?: Readonly<Record<string, Parameter>>;
  },
): Option[] {
  const forms: InputForm[] = ["auto", ...(ofTexts ? ["text" as const] : []), ...LIST_FORMS];
  return [
    ...apiRows(keys).map(createOption),
    new Option("--from <form>", "what the inputs are; auto goes by their names and beginnings")
      .choices(forms).default("auto"),
  ];
}

/** Where the answer goes, and who makes it. */
export function outputOptions({ uniq }: { uniq: boolean }): Option[] {
  const forms = ["table", ...OUTPUT_PARAMETERS.format.values, ...(uniq ? ["uniq"] : [])];
  return [
    ...[formatRow(forms), OUTPUT_ROW, ...ENGINE_ROWS, QUIET_ROW].map(createOption),
    new Option("--server <url>", "work on a server and not here").env("MILLRACE_SERVER"),
    keyFileOption(),
  ];
}

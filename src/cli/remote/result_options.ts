import type { Option } from "@commander-js/extra-typings";
import { COUNT_PARAMETERS, OUTPUT_PARAMETERS } from "../../contract/options.ts";
import { PAGE_PARAMETERS } from "../../contract/page_options.ts";
import { formatRow } from "../count/count_rows.ts";
import { createOption } from "../count/create_option.ts";
import { apiRows } from "../count/flags.ts";
import type { Parameter } from "../../contract/parameters.ts";

/** What the query of a request for a result may say and a command says of it. */
export const RESULT_PARAMETERS = {
  top: COUNT_PARAMETERS.top,
  min: COUNT_PARAMETERS.min,
  max: COUNT_PARAMETERS.max,
  prefix: COUNT_PARAMETERS.prefix,
  order: COUNT_PARAMETERS.order,
  group: COUNT_PARAMETERS.group,
  format: OUTPUT_PARAMETERS.format,
  columns: OUTPUT_PARAMETERS.columns,
  csvBom: OUTPUT_PARAMETERS.csvBom,
  csvSafe: OUTPUT_PARAMETERS.csvSafe,
  part: PAGE_PARAMETERS.part,
} as const satisfies Record<string, Parameter>;

export type ResultParameter = keyof typeof RESULT_PARAMETERS;

/** What a command says of a result, as the command line has it: texts, which the server reads. */
export type ResultChoice = Partial<Record<ResultParameter, string | string[] | true>>;

/** A table, and the forms of the server. */
const FORMS = ["table", ...OUTPUT_PARAMETERS.format.values] as const;

/** The form of a result. */
export type ResultForm = typeof FORMS[number];

/** The options of `jobs result`. */
export function resultOptions(): Option[] {
  const said = Object.entries<Parameter>(RESULT_PARAMETERS).filter(([name]) => name !== "format");
  // What a command does not say is as the job was submitted.
  const parameters = said.map(([name, each]) => [name, { ...each, default: "" } as Parameter]);
  return [...apiRows(Object.fromEntries(parameters)), formatRow(FORMS)].map(createOption);
}

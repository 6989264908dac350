import { Option } from "@commander-js/extra-typings";
import { COUNT_PARAMETERS, OUTPUT_PARAMETERS } from "../../contract/options.ts";
import { KERNEL_PARAMETERS } from "../../contract/kernel_parameters.ts";
import type { Parameter } from "../../contract/parameters.ts";

/** Forms of an answer that the API does not have. */
export const OWN_FORMS = ["table", "uniq"] as const;

/** The options that the command line has from the API, under the same names. */
export const API_PARAMETERS = {
  ...COUNT_PARAMETERS,
  kernel: KERNEL_PARAMETERS.kernel,
  columns: OUTPUT_PARAMETERS.columns,
  csvBom: OUTPUT_PARAMETERS.csvBom,
  csvSafe: OUTPUT_PARAMETERS.csvSafe,
} as const satisfies Record<string, Parameter>;

/** Name of an option of the API that the command line has. */
export type ApiName = keyof typeof API_PARAMETERS;

/** Letters that stand for the common ones. */
const SHORT: Partial<Record<ApiName, string>> = {
  tokenizer: "t",
  n: "n",
  top: "k",
  min: "m",
  case: "c",
  stop: "s",
};

/** `minLength` as `--min-length`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]+/g, (capitals) => `-${capitals.toLowerCase()}`)}`;
}

/** Under which name the parser gives an option's value. */
export function attributeOf(name: string): string {
  return new Option(flagOf(name)).attributeName();
}

/** The options that the tables of the API describe, in their order. */
export function apiOptions(
  parameters: Readonly<Record<string, Parameter>> = API_PARAMETERS,
): Option[] {
  return Object.entries(parameters).map(([name, parameter]) => {
    const short = SHORT[name as ApiName];
    const flags = `${short === undefined ? "" : `-${short}, `}${flagOf(name)}`;
    const option = new Option(`${flags}${valueOf(name, parameter)}`, describe(name, parameter));
    return parameter.kind === "list" ? option.argParser(collect) : option;
  }) as Option[];
}

function valueOf(name: string, parameter: Parameter): string {
  if (parameter.kind === "boolean") return "";
  if (name === "top") return " <n|all>";
  if (parameter.kind === "integer") return " <n>";
  return parameter.kind === "list" ? " <list>" : " <value>";
}

/** Lists may be said piece by piece. */
function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** More values are left to the guide. */
const MOST_SHOWN = 6;

function describe(name: string, parameter: Parameter): string {
  const about = parameter.about.replaceAll("`", "").replace(/; 0 for all$/, "; 0 or all for all");
  const values = "values" in parameter ? parameter.values ?? [] : [];
  const shown = values.length > 0 && values.length <= MOST_SHOWN ? values.join(", ") : "";
  const standard = parameter.default === false || String(parameter.default ?? "") === ""
    ? ""
    : `default: ${parameter.default}`;
  const notes = [shown, standard].filter((note) => note !== "").join("; ");
  const only = name === "kernel" ? ", with --server" : "";
  return notes === "" ? about + only : `${about}${only} (${notes})`;
}

import { COUNT_PARAMETERS, OUTPUT_PARAMETERS } from "../../contract/options.ts";
import { KERNEL_PARAMETERS } from "../../contract/kernel_parameters.ts";
import type { Parameter } from "../../contract/parameters.ts";

/** Forms of an answer that the API does not have. */
export const OWN_FORMS = ["table", "uniq"] as const;

/** A kernel's name, or that of a file, which may be longer. */
const KERNEL = {
  ...KERNEL_PARAMETERS.kernel,
  maxChars: 4096,
  about: `${KERNEL_PARAMETERS.kernel.about}; or a file, FILE.ts or FILE.wasm`,
} as const satisfies Parameter;

/** `--memory` is the count's beside `--mode approx`, and else the engine's. */
const { memory, ...OF_COUNTS } = COUNT_PARAMETERS;

/** What `--memory` may say beside `--mode approx`. */
export const MEMORY_PARAMETERS = { memory } as const satisfies Record<string, Parameter>;

/** The options that the command line has from the API, under the same names. */
export const API_PARAMETERS = {
  ...OF_COUNTS,
  kernel: KERNEL,
  columns: OUTPUT_PARAMETERS.columns,
  csvBom: OUTPUT_PARAMETERS.csvBom,
  csvSafe: OUTPUT_PARAMETERS.csvSafe,
} as const satisfies Record<string, Parameter>;

/** All parameters of the API that are options of the command line in some way. */
export const SAID_PARAMETERS: Readonly<Record<string, Parameter>> = {
  ...API_PARAMETERS,
  ...MEMORY_PARAMETERS,
};

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

/** An option of a command, as parsers read it and help shows it. */
export interface OptionRow {
  /** Its letter, if it has one, its name, and what its value is called: `-k, --top <n|all>`. */
  flags: string;
  about: string;
  /** The values that it takes. @default {any} */
  choices?: readonly string[];
  default?: string;
  /** The variable that stands for it where it is not said. */
  env?: string;
  /** Whether it may be said piece by piece: then its value is a list. */
  isList?: boolean;
}

/** `minLength` as `--min-length`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]+/g, (capitals) => `-${capitals.toLowerCase()}`)}`;
}

/** Names of options as the API writes them are good as well: `--minLength` is `--min-length`. */
export function readFlag(word: string, at: number, words: readonly string[]): string {
  const isFlag = /^--[a-z]+[A-Z]/.test(word) && !words.slice(0, at).includes("--");
  if (!isFlag) return word;
  const [name] = word.split("=", 1);
  const plain = name.replace(/[A-Z]+/g, (capitals) => `-${capitals.toLowerCase()}`);
  return plain + word.slice(name.length);
}

/** Under which name parsers give the value of an option: `--keep-cr`, and so `keepCR`, as `keepCr`. */
export function attributeOf(name: string): string {
  const words = name.startsWith("--") ? name : flagOf(name);
  return words.slice("--".length).replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

/** The options that the tables of the API describe, in their order. */
export function apiRows(
  parameters: Readonly<Record<string, Parameter>> = API_PARAMETERS,
): OptionRow[] {
  return Object.entries(parameters).map(([name, parameter]) => {
    const short = SHORT[name as ApiName];
    const flags = `${short === undefined ? "" : `-${short}, `}${flagOf(name)}`;
    return {
      flags: flags + valueOf(name, parameter),
      get about() {
        return describe(parameter); // which help alone asks
      },
      ...(isList(parameter) && { isList: true }),
    };
  });
}

function valueOf(name: string, parameter: Parameter): string {
  if (parameter.kind === "boolean") return "";
  if (name === "top") return " <n|all>";
  if (parameter.kind === "integer") return " <n>";
  return isList(parameter) ? " <list>" : " <value>";
}

function isList({ kind }: Parameter): boolean {
  return kind === "list" || kind === "expressions";
}

/** More values are left to the guide. */
const MOST_SHOWN = 6;

function describe(parameter: Parameter): string {
  const about = parameter.about.replaceAll("`", "").replace(/; 0 for all$/, "; 0 or all for all");
  const values = "values" in parameter ? parameter.values ?? [] : [];
  const shown = values.length > 0 && values.length <= MOST_SHOWN ? values.join(", ") : "";
  const standard = parameter.default === false || String(parameter.default ?? "") === ""
    ? ""
    : `default: ${parameter.default}`;
  const notes = [shown, standard].filter((note) => note !== "").join("; ");
  return notes === "" ? about : `${about} (${notes})`;
}

import { conflictError } from "../../contract/conflict.ts";
import { findConflict } from "../../contract/option_conflicts.ts";
import {
  completeCountOptions,
  type CountOptions,
  DEFAULT_OUTPUT_OPTIONS,
  type Format,
  OUTPUT_PARAMETERS,
  type OutputOptions,
} from "../../contract/options.ts";
import { BUILT_IN_KERNEL } from "../../contract/kernel_parameters.ts";
import {
  describeQuestion,
  readQuestion,
  type RecordQuestion,
} from "../../contract/record_question.ts";
import { refuseBesideKernel } from "../../contract/value_options.ts";
import { checkRank, checkSheetOptions } from "../../output/row_options.ts";
import { usageError } from "../terminal/explain.ts";
import type { ColorChoice } from "../terminal/look.ts";
import type { ProgressChoice } from "../terminal/progress.ts";
import { flagOf, MEMORY_PARAMETERS, type OWN_FORMS } from "./flags.ts";
import { type Given, readApi, sayingFlags } from "./read_api.ts";
import { checkPlace, readResources, type Resources } from "./resources.ts";

/** A form of the answer. */
export type Form = Format | typeof OWN_FORMS[number];

/** The kernel that makes the keys, where it is not the engine's own. */
export interface NamedKernel {
  /** What was said; undefined for the engine's own kernel. */
  name?: string;
  /** The same where it names a file, of a source or a module. */
  file?: string;
  options: Readonly<Record<string, string>>;
}

/** What a command line asks for. */
export interface CountSettings extends Resources {
  /** Files, folders, globs, URLs, `s3://` and `shared:`, and `-`. */
  words: readonly string[];
  count: CountOptions;
  /** The counting options that were said, for a server. */
  said: Partial<CountOptions>;
  kernel: NamedKernel;
  form: Form;
  rows: Pick<OutputOptions, "columns" | "csvBom" | "csvSafe">;
  isTotal: boolean;
  isPerFile: boolean;
  isRecursive: boolean;
  isStrict: boolean;
  isQuiet: boolean;
  isDetached: boolean;
  decompress: "auto" | "none";
  path?: string;
  spillDirectory?: string | false;
  /** The folder that `shared:` is. */
  shared?: string;
  progress: ProgressChoice;
  color: ColorChoice;
  server?: string;
  apiKeyFile?: string;
}

/** What follows the last point of a file's name, and is another name of a form. */
const SUFFIXES: Readonly<Record<string, Form>> = { jsonl: "ndjson", arrows: "arrow", tab: "tsv" };

/**
 * Reads what the parser gives.
 *
 * @throws {CommandError} For options that cannot be read, or that contradict each other.
 */
export function readSettings(words: readonly string[], given: Given): CountSettings {
  return sayingFlags(() => {
    const settings = readGiven(words, given);
    checkTogether(settings, given);
    return settings;
  });
}

function readGiven(words: readonly string[], given: Given): CountSettings {
  const { columns, csvBom, csvSafe, kernel, ...said } = readApi(withPatterns(given));
  if (said.mode === "approx") Object.assign(said, readApi(given, MEMORY_PARAMETERS));
  const path = given.output as string | undefined;
  const form = given.format as Form ?? formOf(path);
  if (form === "uniq" && said.tokenizer === "lines" && kernel === undefined) {
    said.keepCR ??= true; // sort and uniq know no end of line but \n, and no byte order mark
    said.bom ??= "keep";
  }
  const standard = DEFAULT_OUTPUT_OPTIONS;
  return {
    words: words.length === 0 ? ["-"] : words,
    count: completeCountOptions(said as Partial<CountOptions>),
    said: said as Partial<CountOptions>,
    kernel: { ...readKernelName(kernel as string | undefined), options: readPairs(given.option) },
    form,
    rows: {
      columns: (columns ?? standard.columns) as OutputOptions["columns"],
      csvBom: (csvBom ?? standard.csvBom) as boolean,
      csvSafe: (csvSafe ?? standard.csvSafe) as boolean,
    },
    isTotal: given.total === true,
    isPerFile: given.perFile === true,
    isRecursive: given.recursive === true,
    isStrict: given.strict === true,
    isQuiet: given.quiet === true,
    isDetached: given.detach === true,
    decompress: given.decompress as CountSettings["decompress"],
    path: path === "-" ? undefined : path,
    ...readResources(resourcesOf(given)),
    spillDirectory: given.spillDir === "none" ? false : given.spillDir as string | undefined,
    shared: given.shared as string || undefined,
    progress: given.quiet === true ? "none" : given.progress as ProgressChoice,
    color: given.color as ColorChoice,
    server: given.server as string || undefined,
    apiKeyFile: given.apiKeyFile as string | undefined,
  };
}

/** What an engine here is to have: `--memory` beside `--mode approx` is that of the count. */
function resourcesOf(given: Given): Given {
  return String(given.mode).toLowerCase() === "approx" ? { ...given, memory: undefined } : given;
}

/** Adds the patterns of a file to those that were said. */
function withPatterns(given: Given): Given {
  const { patterns = [], patternsFile } = given;
  if (patternsFile === undefined) return given;
  try {
    const text = Deno.readTextFileSync(patternsFile as string);
    return { ...given, patterns: [...patterns as string[], text] };
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : "it cannot be read";
    throw usageError(`Cannot read --patterns-file: '${patternsFile}': ${reason}`);
  }
}

/** A file is known by how its name ends: no other name has a point. */
function readKernelName(said: string | undefined): Pick<NamedKernel, "name" | "file"> {
  if (said === undefined || said.trim().toLowerCase() === BUILT_IN_KERNEL) return {};
  return /\.(ts|wasm)$/i.test(said) ? { name: said, file: said } : { name: said };
}

function readPairs(given: unknown): Record<string, string> {
  return Object.fromEntries((given as string[] ?? []).map((pair) => {
    const at = pair.indexOf("=");
    if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
    throw usageError(`Cannot read --option: '${pair}' is not NAME=VALUE`);
  }));
}

/** By the name of the file, or as it suits who reads. */
export function formOf(path: string | undefined): Form {
  const suffix = /\.([a-z]+)$/i.exec(path ?? "")?.[1].toLowerCase() ?? "";
  const form = SUFFIXES[suffix] ?? OUTPUT_PARAMETERS.format.values.find((each) => each === suffix);
  if (form !== undefined) return form;
  return (path === undefined || path === "-") && Deno.stdout.isTerminal() ? "table" : "tsv";
}

/** @throws {CommandError} For bytes that a person would see. */
export function refuseOnTerminal({ form, path }: Pick<CountSettings, "form" | "path">): void {
  if (form !== "arrow" || path !== undefined || !Deno.stdout.isTerminal()) return;
  const advice = "Write it to a file, with -o";
  throw usageError("Cannot show arrow on a terminal: it is binary", advice);
}

function checkTogether(settings: CountSettings, given: Given): void {
  const { count, form, rows, kernel, server, isTotal, isPerFile, isDetached } = settings;
  const conflict = findConflict(count, kernel.name);
  if (conflict) throw conflictError(conflict);
  const question = readQuestion(count);
  if (question) checkQuestion(question, settings);
  checkRank(rows, count);
  if (form !== "table" && form !== "uniq") checkSheetOptions(rows, form);
  if (form === "uniq" && rows.columns.length > 0) {
    throw usageError("Cannot use --columns: uniq has a count and a key alone");
  }
  if ((isTotal || isPerFile) && (form === "arrow" || form === "uniq")) {
    const flag = isTotal ? "--total" : "--per-file";
    throw usageError(`Cannot use ${flag}: ${form} has no place for it`, "Say --format tsv");
  }
  const isOwn = isTotal || isPerFile || form === "table" || form === "uniq";
  if (isOwn && (rows.csvBom || rows.csvSafe)) {
    const flag = flagOf(rows.csvBom ? "csvBom" : "csvSafe");
    throw usageError(`Cannot use ${flag}: it is for --format csv or tsv, with keys of all files`);
  }
  refuseOnTerminal(settings);
  if (kernel.name === undefined && given.option !== undefined) {
    throw usageError("Cannot use --option: there is no --kernel", "Name one, with --kernel");
  }
  if (isDetached && server === undefined) {
    throw usageError("Cannot use --detach: it is for a server", "Name one, with --server");
  }
  checkPlace(server, resourcesOf(given));
  if (isDetached && isPerFile) throw usageError("Cannot use --per-file: a job is one count");
}

/** Refuses what only counts have, where numbers are put together, and what has one key. */
function checkQuestion(
  question: RecordQuestion,
  { count, form, rows }: Pick<CountSettings, "count" | "form" | "rows">,
): void {
  const output = { ...DEFAULT_OUTPUT_OPTIONS, ...rows };
  const manifest = describeQuestion(question, count);
  refuseBesideKernel({ count, output }, { manifest, isTrusted: true });
  if (form !== "uniq" || question.aggs.length === 0 && question.keys.length === 1) return;
  throw usageError("Cannot write uniq: it has a count and one key alone", "Say --format tsv");
}

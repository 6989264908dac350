import { type Conflict, conflictError } from "../../contract/conflict.ts";
import { describeKernelConflict } from "../../contract/kernel_conflicts.ts";
import { KERNEL_OPTION_PREFIX, readKernelName } from "../../contract/kernel_parameters.ts";
import { findNearest } from "../../contract/nearest.ts";
import { isUtf8 } from "../../contract/parameter_texts.ts";
import {
  addToFamily,
  findParameter,
  type Parameter,
  type ParameterValue,
  parseParameter,
  shorten,
} from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";

/** What a query may say, by name. */
export type QueryTable = Readonly<Record<string, Parameter>>;

/**
 * Reads a query by a table of what it may say.
 *
 * @throws {JobError} `unknown_parameter`, `duplicate_parameter`, `invalid_parameter` or
 * `unknown_charset`.
 */
export function parseQuery(
  query: string,
  table: QueryTable,
): Record<string, ParameterValue> {
  const values: Record<string, ParameterValue> = {};
  const parameters = new URLSearchParams(query);
  const kernel = "kernel" in table ? readKernelName(parameters.get("kernel") ?? "") : undefined;
  for (const name of new Set(parameters.keys())) {
    const entry = findParameter(table, name);
    if (entry === undefined) throw unknownParameter(shorten(name), table, parameters);
    const texts = parameters.getAll(name);
    if (texts.some((text) => text.includes("\ufffd")) && !isUtf8(query)) throw notUtf8(name);
    const parameter = table[entry];
    values[entry] = parameter.kind === "family"
      ? addToFamily(values[entry] as Record<string, string> ?? {}, parameter, name, texts)
      : parseBeside(kernel, name, parameter, texts);
  }
  return values;
}

/**
 * Reads a parameter. What cannot be read may be meant for an option of the kernel.
 *
 * @param kernel The one that makes the keys; undefined for the built-in one.
 */
function parseBeside(
  kernel: string | undefined,
  name: string,
  parameter: Parameter,
  texts: readonly string[],
): ParameterValue {
  try {
    return parseParameter(name, parameter, texts);
  } catch (error) {
    if (kernel === undefined || !isInvalid(error)) throw error;
    const conflict = describeKernelConflict(name, shorten(texts.join()), shorten(kernel));
    throw conflict ? conflicting(conflict) : error;
  }
}

function isInvalid(error: unknown): boolean {
  return error instanceof JobError && error.code === "invalid_parameter";
}

/** Clients spell a name in another case, as PHP and Rails spell lists, or an option as a parameter. */
function unknownParameter(
  parameter: string,
  table: QueryTable,
  given: URLSearchParams,
): JobError {
  const allowed = Object.keys(table);
  const bare = (name: string) => name.replace(/\[\d*\]$/, "");
  const takesOption = "option.NAME" in table && (!("kernel" in table) || given.has("kernel"));
  const fixed = takesOption ? allowed.filter((name) => name !== "option.NAME") : allowed;
  const known = findNearest(bare(parameter), fixed);
  const isOption = takesOption && known === undefined;
  const nearest = isOption ? formatOption(parameter) : known;
  const advice = isOption
    ? adviseOption(formatOption(parameter))
    : nearest !== undefined
    ? `; the nearest is '${nearest}'`
    : allowed.length > 0
    ? `; there are ${allowed.join(", ")}`
    : "";
  return new JobError(
    "unknown_parameter",
    `Cannot use query parameter '${parameter}': there is no such parameter here${advice}`,
    { details: { parameter, nearest, allowed } },
  );
}

/** An option by the name that a client gave it, perhaps behind another prefix: `options.by`. */
function formatOption(parameter: string): string {
  const name = parameter.replace(/^options?(\W+|$)/i, "").replace(/\W+$/, "");
  return KERNEL_OPTION_PREFIX + (name || "NAME");
}

function adviseOption(option: string): string {
  return `; an option of the kernel is '${option}'`;
}

function notUtf8(name: string): JobError {
  return new JobError(
    "invalid_parameter",
    `Cannot read '${name}': its percent-encoded bytes are not UTF-8`,
    { details: { parameter: name, allowed: "UTF-8, percent-encoded" } },
  );
}

/** What is refused beside a kernel may be meant for an option of the kernel that has its name. */
export function conflicting(conflict: Conflict): JobError {
  if (conflict.other !== "kernel") return conflictError(conflict);
  const nearest = formatOption(conflict.parameter);
  const reason = conflict.reason + adviseOption(nearest);
  return conflictError({ ...conflict, reason }, { nearest });
}

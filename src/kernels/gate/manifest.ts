import { isDecimalType } from "../../contract/decimals.ts";
import type { KernelManifest } from "../../contract/kernel_manifest.ts";
import { quote, refuse } from "./cursor.ts";

const MEMBERS = ["abi", "name", "records", "input", "output", "value", "op", "options"];
const OPTION_MEMBERS = ["name", "type", "default"];
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;
const OPTION_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const RECORDS = /^(?:line|word|paragraph|chunk|csv|ndjson|fixed:[1-9][0-9]{0,6})$/;
const INPUTS = ["text", "bytes"];
const OUTPUTS = ["keys", "windows", "values", "pairs"];
/** What may become of what the kernel emits. */
const OPS: Record<string, string[]> = {
  values: ["sum", "min", "max", "count", "avg", "combine"],
  pairs: ["distinct", "approxDistinct"],
};
const MOST_OPTIONS = 100;
const MOST_DEFAULT_CHARS = 4_096;

/**
 * Reads and checks a manifest.
 *
 * @param offset Where it stands in the module, for messages.
 * @throws {JobError} `kernel_refused` if it is no JSON, or a member is unknown or of another type.
 */
export function parseManifest(bytes: Uint8Array, offset: number): KernelManifest {
  const wrong = (what: string, cause?: unknown) => refuse(`manifest: ${what}`, { offset }, cause);
  const manifest = parseJson(bytes, wrong);
  checkMembers(manifest, MEMBERS, wrong);
  const { abi, name, records, input, output, value, op, options = [] } = manifest;
  if (abi !== 1) wrong(`abi is ${clip(abi)}, not 1`);
  if (name !== undefined && !matches(NAME, name)) wrong(`name ${clip(name)} is not admitted`);
  if (!matches(RECORDS, records)) wrong(`records ${clip(records)} is not admitted`);
  if (!OUTPUTS.includes(output as string)) wrong(`output ${clip(output)} is not admitted`);
  if (input !== undefined && !INPUTS.includes(input as string)) {
    wrong(`input ${clip(input)} is not admitted`);
  }
  // Windows are of the chunk as it came, and of no repaired copy.
  if (input === "text" && output === "windows") {
    wrong("input text needs another output than windows");
  }
  const hasValues = output === "values";
  if (hasValues && !isValueType(value)) wrong(`value ${clip(value)} is not admitted`);
  if (!hasValues && value !== undefined) wrong("value needs the output values");
  const ops = OPS[output as string];
  if (!ops && op !== undefined) wrong("op needs the output values or pairs");
  if (op !== undefined && !ops.includes(op as string)) {
    wrong(`op ${clip(op)} is not admitted for ${output}`);
  }
  checkOptions(options, wrong);
  return { ...manifest, options } as unknown as KernelManifest;
}

function isValueType(value: unknown): boolean {
  return value === "i64" || value === "f64" || isDecimalType(value);
}

type Wrong = (what: string, cause?: unknown) => never;

function parseJson(bytes: Uint8Array, wrong: Wrong): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    wrong("it is no JSON in UTF-8", cause);
  }
  if (!isObject(value)) wrong("it is no JSON object");
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkMembers(object: Record<string, unknown>, known: string[], wrong: Wrong): void {
  const unknown = Object.keys(object).find((member) => !known.includes(member));
  if (unknown !== undefined) wrong(`there is no member ${quote(unknown)}`);
}

function matches(pattern: RegExp, value: unknown): boolean {
  return typeof value === "string" && pattern.test(value);
}

/** A value for a message. */
function clip(value: unknown): string {
  return value === undefined ? "(missing)" : quote(String(JSON.stringify(value)));
}

function checkOptions(options: unknown, wrong: Wrong): void {
  if (!Array.isArray(options)) wrong("options is no array");
  if (options.length > MOST_OPTIONS) {
    wrong(`${options.length} options exceed the limit of ${MOST_OPTIONS}`);
  }
  const names = new Set<unknown>();
  for (const option of options) {
    if (!isObject(option)) wrong("an option is no object");
    checkMembers(option, OPTION_MEMBERS, wrong);
    const { name, type } = option;
    if (!matches(OPTION_NAME, name)) wrong(`option name ${clip(name)} is not admitted`);
    if (names.has(name)) wrong(`option ${clip(name)} is there twice`);
    names.add(name);
    if (!isOf(type, option.default)) {
      wrong(`option ${clip(name)}: ${clip(option.default)} is no default of type ${clip(type)}`);
    }
  }
}

function isOf(type: unknown, value: unknown): boolean {
  switch (type) {
    case "i32":
      return typeof value === "number" && Object.is(value | 0, value);
    case "i64":
      return Number.isSafeInteger(value) || isInteger64(value);
    case "f64":
      return Number.isFinite(value);
    case "bool":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string" && value.length <= MOST_DEFAULT_CHARS;
    default:
      return false;
  }
}

function isInteger64(value: unknown): boolean {
  if (!matches(/^-?[0-9]{1,19}$/, value)) return false;
  return BigInt.asIntN(64, BigInt(value as string)) === BigInt(value as string);
}

import type {
  KernelChoice,
  KernelManifest,
  KernelOption,
  KernelOptionType,
  KernelOptionValue,
} from "./kernel_manifest.ts";
import { KERNEL_OPTION_PREFIX, type KernelRequest } from "./kernel_parameters.ts";
import { findNearest } from "./nearest.ts";
import { readBoolean } from "./parameter_texts.ts";
import { shorten } from "./parameters.ts";
import { JobError } from "./problems.ts";

/** What a value of each type may be, in words. */
const ALLOWED: Readonly<Record<KernelOptionType, string>> = {
  i32: "an integer from -2147483648 to 2147483647",
  i64: "an integer from -9223372036854775808 to 9223372036854775807",
  f64: "a finite decimal number",
  bool: "one of 'true', 'false'",
  string: "a text",
};

/** A plus sign that was not encoded has become a blank, which is cut off. */
const INTEGER = /^[+-]?[0-9]{1,20}$/;
const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,4})?$/i;

/**
 * Reads the options that a query gives to a kernel, and fills those that it does not give.
 *
 * @param kernel What messages call the kernel.
 * @throws {JobError} `unknown_parameter` for an option that the kernel does not have, or
 * `invalid_parameter`.
 */
export function readKernelOptions(
  kernel: string,
  { options }: Pick<KernelManifest, "options">,
  given: KernelRequest["options"],
): KernelChoice["options"] {
  const unknown = Object.keys(given).find((name) => options.every((each) => each.name !== name));
  if (unknown !== undefined) throw unknownOption(kernel, unknown, options);
  return Object.fromEntries(options.map((option) => {
    const text = Object.hasOwn(given, option.name) ? given[option.name] : undefined;
    return [option.name, text === undefined ? option.default : readValue(option, text)];
  }));
}

/**
 * The options as the JSON that `mr_configure` takes: an `i64` is a bare number of all its digits.
 * What was kept of another release's manifest is no error: an option that is not there has its
 * default, and one that the kernel does not know is left out.
 */
export function encodeKernelOptions(
  { options }: Pick<KernelManifest, "options">,
  values: KernelChoice["options"],
): Uint8Array<ArrayBuffer> {
  const members = options.map(({ name, type, default: standard }) => {
    const value = Object.hasOwn(values, name) ? values[name] : standard;
    return `${JSON.stringify(name)}:${type === "i64" ? String(value) : JSON.stringify(value)}`;
  });
  return new TextEncoder().encode(`{${members.join(",")}}`);
}

/** Refuses options where no kernel could read them. @throws {JobError} `unknown_parameter`. */
export function refuseKernelOptions(kernel: string, given: KernelRequest["options"]): void {
  const [name] = Object.keys(given);
  if (name !== undefined) throw unknownOption(kernel, name, []);
}

function readValue({ name, type }: KernelOption, text: string): KernelOptionValue {
  const value = parseValue(type, text);
  if (value !== undefined) return value;
  const parameter = KERNEL_OPTION_PREFIX + name;
  throw new JobError(
    "invalid_parameter",
    `Cannot read '${parameter}': '${shorten(text)}' is not ${ALLOWED[type]}`,
    { details: { parameter, value: shorten(text), allowed: ALLOWED[type] } },
  );
}

/** The value that a text says; undefined for a text of another form, or out of range. */
function parseValue(type: KernelOptionType, text: string): KernelOptionValue | undefined {
  const bare = text.trim();
  switch (type) {
    case "i32":
      return parseInteger(bare, 32);
    case "i64":
      return parseInteger(bare, 64);
    case "f64": {
      const value = DECIMAL.test(bare) ? Number(bare) : NaN;
      return Number.isFinite(value) ? value : undefined;
    }
    case "bool": {
      const value = readBoolean(bare);
      return typeof value === "boolean" ? value : undefined;
    }
    case "string":
      return text.isWellFormed() ? text : undefined;
  }
}

function parseInteger(text: string, bits: number): number | string | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = BigInt(text.replace("+", ""));
  if (BigInt.asIntN(bits, value) !== value) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function unknownOption(
  kernel: string,
  name: string,
  options: readonly KernelOption[],
): JobError {
  const full = (option: string) => KERNEL_OPTION_PREFIX + option;
  const parameter = full(shorten(name));
  const names = options.map((option) => option.name);
  const allowed = names.map(full);
  const known = findNearest(name, names);
  const nearest = known && full(known);
  const advice = nearest
    ? `the nearest is '${nearest}'`
    : allowed.length > 0
    ? `it has ${allowed.join(", ")}`
    : "it has none";
  return new JobError(
    "unknown_parameter",
    `Cannot use '${parameter}': kernel '${kernel}' has no such option; ${advice}`,
    { details: { parameter, kernel, nearest, allowed } },
  );
}

import { shorten } from "../contract/parameters.ts";
import type { JobError } from "../contract/problems.ts";
import { describeJson } from "./json_input.ts";
import { findDuplicateMember, isTooManifold } from "./json_scan.ts";

/** Arrays and objects in a long line, whose members are passed over but one. */
const MOST_CONTAINERS = 10_000;

/** What an object must have; it may have more. */
export interface TextLine {
  text: string;
}

/** Whether a line says nothing: lines of blanks are none. */
export function isBlank(line: string): boolean {
  return line === "" || !/[^ \t\r\n]/.test(line);
}

/**
 * What a line of JSON says that is not blank.
 *
 * @param refuse Makes the error of a line, by the rest of `… the line `.
 * @throws {JobError} What `refuse` makes.
 */
export function parseTextLine(
  line: string,
  refuse: (reason: string, cause?: unknown) => JobError,
): string | TextLine {
  if (isTooManifold(line, MOST_CONTAINERS)) {
    throw refuse(`has more than ${MOST_CONTAINERS} arrays and objects`);
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw refuse(`is no JSON: ${(cause as Error).message}`, cause);
  }
  if (typeof value === "string") return value;
  if (!isRecord(value)) throw refuse(describeRefused(value));
  const twice = findDuplicateMember(line);
  if (twice === undefined) return value;
  throw refuse(`has the member '${shorten(twice)}' twice`);
}

function isRecord(value: unknown): value is TextLine {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "text") &&
    typeof (value as TextLine).text === "string";
}

function describeRefused(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `is ${describeJson(value)}, not a string or an object`;
  }
  if (!Object.hasOwn(value, "text")) return "is an object without a member 'text'";
  return `has a 'text' that is ${describeJson((value as Record<string, unknown>).text)}`;
}

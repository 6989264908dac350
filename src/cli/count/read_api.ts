import { type Parameter, parseParameter } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import { asFlags, type CommandError, usageError } from "../terminal/explain.ts";
import { API_PARAMETERS, attributeOf, flagOf, SAID_PARAMETERS } from "./flags.ts";

/** What the parser gives. */
export type Given = Readonly<Record<string, unknown>>;

/** Parameters of the API, by their names. */
type Table = Readonly<Record<string, Parameter>>;

/** Reads the options of the API by its own tables; what was not said is left out. */
export function readApi(given: Given, table: Table = API_PARAMETERS): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(table)) {
    const value = given[attributeOf(name)];
    if (value === undefined) continue;
    const texts = Array.isArray(value) ? value : [String(value)];
    const isAll = name === "top" && texts[0].toLowerCase() === "all";
    values[name] = isAll ? 0 : parseParameter(name, parameter, texts);
  }
  return values;
}

/** Says of options what the API says of parameters. @throws {CommandError} In place of a JobError. */
export function sayingFlags<T>(read: () => T, table: Table = SAID_PARAMETERS): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof JobError ? misread(error, table) : error;
  }
}

/** The same of one error. */
export function misread(
  { message, details: { parameter } }: JobError,
  table: Table = SAID_PARAMETERS,
): CommandError {
  return usageError(
    asFlags(message).replaceAll(
      /'(\w+)'/g,
      (quoted, name) =>
        Object.hasOwn(table, name) && (name === parameter || name.length > 1)
          ? flagOf(name)
          : quoted,
    ),
  );
}

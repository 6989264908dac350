import { usageError } from "./explain.ts";

/** A whole number, 0 or more, that an option says. @throws {CommandError} If it says another. */
export function readWhole(option: string, text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw usageError(`Cannot read ${option}: '${text}' is no whole number`);
}

import { MillraceError } from "../../client/millrace_error.ts";
import { JobError } from "../../contract/problems.ts";
import { EXIT } from "./exit_codes.ts";

/** An error for the user alone: what is wrong, what to do, and how the process ends. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  /**
   * @param message What could not be done, and why.
   * @param advice What to do about it.
   */
  constructor(
    message: string,
    readonly advice = "",
    readonly code: number = EXIT.failed,
  ) {
    super(message);
  }
}

/** A command line that cannot be read. */
export function usageError(message: string, advice = "Try --help"): CommandError {
  return new CommandError(message, advice, EXIT.usage);
}

/** How a process ends that has thrown. */
export interface Explanation {
  code: number;
  lines: string[];
}

/** Codes of what a command line alone can be blamed for. */
const USAGE_CODES = new Set([
  "invalid_parameter",
  "unknown_parameter",
  "duplicate_parameter",
  "unknown_charset",
]);

/** What is said on stderr about an error, and the exit code. */
export function explain(error: unknown): Explanation {
  if (error instanceof CommandError) return said(error.code, error.message, error.advice);
  if (error instanceof MillraceError) {
    const request = error.requestId === undefined ? "" : `Request ${error.requestId}`;
    return said(EXIT.refused, error.message, request);
  }
  if (error instanceof JobError) {
    return said(USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failed, error.message);
  }
  return said(EXIT.failed, error instanceof Error ? error.message : String(error));
}

function said(code: number, ...lines: string[]): Explanation {
  return { code, lines: lines.filter((line) => line !== "") };
}

/** What the API says of kernels and their options, as a command line names them. */
export function asFlags(message: string): string {
  return message
    .replace("; GET /v1/kernels lists those that there are", "")
    .replaceAll(/'option\.([^']+)'/g, "--option '$1'")
    .replace(/; it has option\..*$/, (names) => names.replaceAll("option.", ""));
}

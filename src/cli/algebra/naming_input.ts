import { MillraceError } from "../../client/mod.ts";
import { JobError } from "../../contract/problems.ts";
import { refusalOf } from "../remote/refusal.ts";
import { CommandError } from "../terminal/explain.ts";

/** A failure with the name of the input that it is of, as the engine here or a server tells it. */
export function namingInput(error: unknown, name: string): unknown {
  if (error instanceof JobError) {
    const { cause, message } = error;
    return cause instanceof CommandError ? cause : new CommandError(`${message}, in '${name}'`);
  }
  if (!(error instanceof MillraceError) || !("line" in error.problem)) return error;
  const { message, advice, code } = refusalOf(error);
  return new CommandError(`${message}, in '${name}'`, advice, code);
}

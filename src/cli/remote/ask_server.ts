import { type Millrace, MillraceError } from "../../client/mod.ts";
import { EXIT } from "../terminal/exit_codes.ts";
import { CommandError } from "../terminal/explain.ts";
import { connectTo } from "./connect.ts";
import type { ServerChoice } from "./server_options.ts";

const HOW_TO_GET_A_KEY =
  "Who runs the server makes a key with: millrace keys add TENANT. Give it " +
  "in MILLRACE_API_KEY or --api-key-file";

/**
 * Asks the server that the options name.
 *
 * @param onLoss Called when the server cannot be reached. @default {nothing}
 * @throws {CommandError} If it cannot be reached, or has refused; with `--json` the refusal is the
 * problem document.
 */
export async function askServer(
  choice: ServerChoice,
  ask: (millrace: Millrace) => Promise<void>,
  onLoss?: () => void,
): Promise<void> {
  const connect = await connectTo(choice, onLoss);
  try {
    await ask(connect());
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    if (choice.json) throw new CommandError(JSON.stringify(error.problem), "", EXIT.refused);
    throw error.status === 401 ? keyError(error) : error;
  }
}

function keyError({ message }: MillraceError): CommandError {
  return new CommandError(message, HOW_TO_GET_A_KEY, EXIT.refused);
}

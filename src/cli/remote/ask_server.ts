import { type Millrace, MillraceError } from "../../client/mod.ts";
import { EXIT } from "../terminal/exit_codes.ts";
import { CommandError } from "../terminal/explain.ts";
import { connectTo } from "./connect.ts";
import { otherServer, refusalOf } from "./refusal.ts";
import type { ServerChoice } from "./server_options.ts";

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
    if (error instanceof SyntaxError) throw otherServer("its answer is no JSON");
    if (!(error instanceof MillraceError)) throw error;
    if (choice.json) throw new CommandError(JSON.stringify(error.problem), "", EXIT.refused);
    throw refusalOf(error);
  }
}

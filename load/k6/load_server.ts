import { ServerProcess } from "../../tests/support/http/server.ts";
import { Refusal } from "../support/options.ts";
import type { RunRequest } from "./command.ts";

const FAULTY = new URL("./chaos_server.ts", import.meta.url);

/**
 * Starts the server of a scenario on a free port.
 *
 * @throws {Refusal} If it does not start, with what it said.
 */
export async function startLoadServer(
  { scenario, server: { serialize, workers } }: RunRequest,
): Promise<ServerProcess> {
  const args: string[] = serialize ? ["--serialize"] : [];
  if (workers !== undefined) args.push("--workers", String(workers));
  try {
    if (!scenario.faulty) return await ServerProcess.start({ args });
    return await ServerProcess.start({ args, main: FAULTY, permissions: ["-A"] });
  } catch (error) {
    throw new Refusal((error as Error).message.trim());
  }
}

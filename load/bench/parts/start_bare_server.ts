import { ServerProcess } from "../../../tests/support/http/server.ts";

/** Starts a Hono server that only reads the body, and answers with its length. */
export function startBareServer(): Promise<ServerProcess> {
  return ServerProcess.start({ main: new URL("./bare_server.ts", import.meta.url) });
}

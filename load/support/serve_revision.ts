import { ServerProcess } from "../../tests/support/http/server.ts";
import type { Side } from "./benchmark.ts";

/** Starts the server of a revision, with what its own task `serve` permits. */
export async function serveRevision({ root }: Side): Promise<ServerProcess> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const permissions: string[] = config.tasks.serve.command.match(/--(allow|deny)-\S+/g);
  return await ServerProcess.start({ main: new URL("src/main.ts", root), permissions, cwd: root });
}

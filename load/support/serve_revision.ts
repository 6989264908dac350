import { ServerProcess } from "../../tests/support/http/server.ts";
import type { Side } from "./benchmark.ts";

/** Starts the server of a revision as its own task `serve` does: that program, with those rights. */
export async function serveRevision({ root }: Side): Promise<ServerProcess> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const words: string[] = config.tasks.serve.command.split(" ");
  const permissions = words.filter((word) => /^--(allow|deny)-/.test(word));
  return await ServerProcess.start({ main: new URL(words.at(-1)!, root), permissions, cwd: root });
}

import { ServerProcess } from "../../tests/support/http/server.ts";
import type { Side } from "./benchmark.ts";

/**
 * Starts the server of a revision as its own task `serve` does: that program, with those rights.
 *
 * @param args What follows the program.
 */
export async function serveRevision(
  { root }: Side,
  args: readonly string[] = [],
): Promise<ServerProcess> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const words: string[] = config.tasks.serve.command.split(" ");
  const permissions = words.filter((word) => /^--(allow|deny)-/.test(word));
  const main = new URL(words.at(-1)!, root);
  return await ServerProcess.start({ main, permissions, cwd: root, args });
}

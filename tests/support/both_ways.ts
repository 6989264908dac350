import { startServer } from "../../src/server.ts";
import { runMillrace } from "./millrace.ts";
import { TempFiles } from "./temp_files.ts";

/**
 * Files, and a server that does what the command line does: `here` runs words in a process of their
 * own, and `there` has the server do the work.
 *
 * @param command Words that stand in front of all others.
 */
export async function startBothWays(...command: string[]) {
  const server = await startServer({ port: 0, workers: 1 });
  const files = new TempFiles();
  const env = { MILLRACE_SERVER: server.origin };
  return {
    files,
    env,
    origin: server.origin,
    here: (...words: string[]) => runMillrace([...command, ...words]),
    there: (...words: string[]) => runMillrace([...command, ...words], { env }),
    async [Symbol.asyncDispose]() {
      files[Symbol.dispose]();
      await server.close();
    },
  };
}

import { fileURLToPath } from "node:url";
import { ignoreError } from "../../async/own.ts";
import { CommandError } from "../terminal/explain.ts";

const ROOT = new URL("../../../", import.meta.url);

const HOW_TO_GET_THEM = "Get a clone of the repository, and run there: deno task bench";

/**
 * Hands on to the task of a clone, which builds before it measures.
 *
 * @returns Its exit code.
 * @throws {CommandError} Where this is no clone.
 */
export async function runBench(args: readonly string[]): Promise<number> {
  if (!await isClone()) {
    throw new CommandError(
      "Cannot measure: benchmarks are no part of the package",
      HOW_TO_GET_THEM,
    );
  }
  Deno.addSignalListener("SIGINT", ignoreError); // the task gets it as well, and ends first
  const options = { args: ["task", "bench", ...args], cwd: fileURLToPath(ROOT) };
  const { code } = await new Deno.Command(Deno.execPath(), options).spawn().status;
  return code;
}

/** A package of npm is elsewhere, also as seen from a module. */
async function isClone(): Promise<boolean> {
  if (ROOT.protocol !== "file:") return false;
  try {
    return (await Deno.stat(new URL("load/bench/run.ts", ROOT))).isFile;
  } catch {
    return false;
  }
}

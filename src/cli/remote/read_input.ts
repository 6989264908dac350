import { cannotRead } from "../count/list_files.ts";
import { usageError } from "../terminal/explain.ts";

/**
 * A small file, or what comes on stdin.
 *
 * @throws {CommandError} If it cannot be read, or a person would have to type it.
 */
export async function readInput(file: string): Promise<Uint8Array<ArrayBuffer>> {
  if (file === "-") {
    if (Deno.stdin.isTerminal()) {
      throw usageError("Cannot read stdin: it is a terminal", "Name a file");
    }
    return await new Response(Deno.stdin.readable).bytes();
  }
  try {
    return await Deno.readFile(file);
  } catch (error) {
    throw cannotRead(file, error as Error);
  }
}

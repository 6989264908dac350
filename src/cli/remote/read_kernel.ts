import { CommandError } from "../terminal/explain.ts";
import { readInput } from "./read_input.ts";

/** What every module of WebAssembly begins with. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/**
 * A kernel that stands in a file, or comes on stdin.
 *
 * @returns The text of a source, or the bytes of a module.
 * @throws {CommandError} If it cannot be read, or is neither.
 */
export async function readKernel(file: string): Promise<string | Uint8Array<ArrayBuffer>> {
  const bytes = await readInput(file);
  if (MAGIC.every((byte, i) => bytes[i] === byte)) return bytes;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const advice = "Give a source in UTF-8, or a module of WebAssembly";
    throw new CommandError(`Cannot use kernel '${file}': it is neither text nor a module`, advice);
  }
}

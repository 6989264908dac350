import { escapeControls } from "./escape_controls.ts";
import { ReaderGone } from "./sink.ts";

const encoder = new TextEncoder();

/**
 * Writes to stdout. Control characters do not reach a terminal.
 *
 * @throws {ReaderGone} If nobody reads any more.
 */
export function print(text: string): void {
  const bytes = encoder.encode(text);
  let rest = isTerminal() ? escapeControls()(bytes) : bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
  } catch (error) {
    throw error instanceof Deno.errors.BrokenPipe ? new ReaderGone() : error;
  }
}

/** Whether a person reads what is printed. */
export function isTerminal(): boolean {
  return Deno.stdout.isTerminal();
}

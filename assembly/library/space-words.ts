// Counts words: what stands between whitespace, as Python's `str.split()` has it.
import { Chunk, emitRuns, WORD } from "millrace";

export const records = "chunk";

export function map(chunk: Chunk): void {
  emitRuns(chunk, WORD);
}

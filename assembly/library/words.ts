// Counts words: what stands between whitespace, as Python's `str.split()` has it.
import { Chunk, emitBytes, runs, WORD } from "millrace";

export const records = "chunk";

export function map(chunk: Chunk): void {
  for (const word = runs(chunk, WORD); word.next();) emitBytes(word.start, word.length);
}

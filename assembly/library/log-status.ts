// Counts a field of log lines. Fields stand between whitespace and count from 1; the ninth is the
// status in the common and the combined format of web servers. Lines with fewer fields count nothing.
//   field  which (9)
import { Chunk, emitBytes, runs, WORD } from "millrace";

export class Options {
  field: i32 = 9;
}
export const options = new Options();

export function map(line: Chunk): void {
  let left = options.field;
  for (const field = runs(line, WORD); field.next();) {
    if (--left == 0) return emitBytes(field.start, field.length);
  }
}

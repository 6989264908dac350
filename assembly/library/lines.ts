// Counts lines, without their ends (LF or CR LF). Empty lines are not counted.
import { Chunk, emitBytes } from "millrace";

export function map(line: Chunk): void {
  emitBytes(line.start, line.length);
}

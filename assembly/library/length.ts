// Counts how long lines are. The keys are numbers.
//   bytes  whether to count bytes instead of characters (false)
import { Chunk, emit } from "millrace";

export class Options {
  bytes: bool = false;
}
export const options = new Options();

export function map(line: Chunk): void {
  let length = line.length;
  if (!options.bytes) {
    for (let at = line.start; at < line.end; at++) {
      if ((load<u8>(at) & 0xc0) == 0x80) length--; // not the first byte of a character
    }
  }
  emit(length.toString());
}

// Counts lines that hold a text: one key for each text, counted once for each line that has it.
//   find  the texts, parted by | ("error|warning"); an empty one is left out
import { Chunk, emitBytes } from "millrace";

export class Options {
  find: string = "error|warning";
}
export const options = new Options();

/** The texts as UTF-8, made when the first line comes. */
let wanted: ArrayBuffer[] = [];

function readWanted(): void {
  const texts = options.find.split("|");
  for (let i = 0; i < texts.length; i++) {
    if (texts[i].length > 0) wanted.push(String.UTF8.encode(texts[i]));
  }
}

/** Offset of the text in the line, or -1. */
function find(line: Chunk, text: ArrayBuffer): i32 {
  const address = changetype<usize>(text);
  const last = line.length - text.byteLength;
  let at = line.indexOf(load<u8>(address));
  while (at >= 0 && at <= last) {
    if (memory.compare(line.start + <usize>at, address, text.byteLength) == 0) return at;
    at = line.indexOf(load<u8>(address), at + 1);
  }
  return -1;
}

export function map(line: Chunk): void {
  if (wanted.length == 0) readWanted();
  for (let i = 0; i < wanted.length; i++) {
    const at = find(line, wanted[i]);
    if (at >= 0) emitBytes(line.start + <usize>at, wanted[i].byteLength);
  }
}

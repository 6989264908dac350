// Counts the values of a member in lines of JSON (NDJSON). Of strings it takes what is between the
// quotes, escapes as they are written; of other values their text. Lines without it count nothing.
//   field  the member's name (name)
import { Chunk, emitBytes, json } from "millrace";

export class Options {
  field: string = "name";
}
export const options = new Options();

export function map(line: Chunk): void {
  const value = json.find(line, options.field);
  if (value != null) emitBytes(value.start, value.length);
}

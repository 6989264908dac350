// Counts how many different contents one field has for each content of another, in rows of CSV
// (RFC 4180). Fields count from 0. With a space as the delimiter, lines of logs are rows, too: in the
// combined format of web servers 0 is the address, 5 the request and 6 the status. An empty field is a
// content; a row counts nothing if it lacks one of the two, or if the field that it counts by is empty.
//   by         the field whose contents are the keys (0)
//   of         the field whose different contents are counted (1)
//   delimiter  what stands between fields, one ASCII character (,)
import { Chunk, csv, emitBytesPair, fail } from "millrace";

export const records = "csv";
export const op = "distinct";

export class Options {
  by: i32 = 0;
  of: i32 = 1;
  delimiter: string = ",";
}
export const options = new Options();

export function map(row: Chunk): void {
  const delimiter = options.delimiter.charCodeAt(0);
  if (options.delimiter.length != 1 || delimiter >= 0x80) {
    fail("Cannot cut rows: delimiter is '" + options.delimiter + "', must be one ASCII character");
  }
  const by = csv.field(row, options.by, <u8>delimiter);
  const field = csv.field(row, options.of, <u8>delimiter);
  if (by == null || field == null) return;
  emitBytesPair(by.start, by.length, field.start, field.length);
}

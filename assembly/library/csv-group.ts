// Sums a column of CSV (RFC 4180) for each content of another. Columns count from 0. A row counts
// nothing if it lacks one of the two, or if what is to be summed is no number, as in a header.
//   by   the column whose contents are the keys (0)
//   sum  the column to be summed (1)
import { Chunk, csv, emitBytesValue } from "millrace";

export const records = "csv";
export const op = "sum";
export const value = "f64";

export class Options {
  by: i32 = 0;
  sum: i32 = 1;
}
export const options = new Options();

export function map(row: Chunk): void {
  const by = csv.field(row, options.by);
  const field = csv.field(row, options.sum);
  if (by == null || field == null) return;
  const number = field.toNumber();
  if (!isNaN(number)) emitBytesValue(by.start, by.length, number);
}

// Tells how far apart the least and the greatest integer of a column of CSV (RFC 4180) are, for each
// content of another: of times in seconds, for how long something was there. Columns count from 0. A
// row counts nothing if it lacks one of the two, or if what should be an integer is no number.
//   by  the column whose contents are the keys (0)
//   of  the column of integers, each of 32 bits (1)
//
// One value holds both ends, so that either survives: the greatest in its upper half, the least in its
// lower half. That works for all values, whatever their halves are.
import { Chunk, csv, emitBytesValue, fail } from "millrace";

export const records = "csv";

export class Options {
  by: i32 = 0;
  of: i32 = 1;
}
export const options = new Options();

export function map(row: Chunk): void {
  const by = csv.field(row, options.by);
  const field = csv.field(row, options.of);
  if (by == null || field == null) return;
  const number = field.toNumber();
  if (isNaN(number)) return;
  const integer = <i32>number;
  if (<f64>integer != number) {
    fail("Cannot take span: '" + field.toString() + "' is no integer of 32 bits");
  }
  emitBytesValue(by.start, by.length, join(integer, integer));
}

/** Of two spans the one from the least to the greatest. */
export function combine(a: i64, b: i64): i64 {
  return join(max(greatest(a), greatest(b)), min(least(a), least(b)));
}

export function finish(span: i64): i64 {
  return <i64>greatest(span) - <i64>least(span);
}

function join(greatest: i32, least: i32): i64 {
  return (<i64>greatest << 32) | <i64><u32>least;
}

function greatest(span: i64): i32 {
  return <i32>(span >> 32);
}

function least(span: i64): i32 {
  return <i32>span;
}

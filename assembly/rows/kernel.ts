// The kernel that writes records of a segment as rows of JSON, CSV or TSV. It runs on the host, on a
// small memory of its own. src/output/rows.ts writes the same rows, and those that this kernel
// leaves to it.

import {
  ROW_BEFORE, ROW_BETWEEN, ROW_CSV, ROW_END, ROW_JSON, ROW_KEY_BYTES, ROW_RECORDS,
} from "../row_layout";
import { writeCsv, writeJson, writeLine } from "./keys";
import { writeDecimal, writeInteger } from "./numbers";

/** Of a record: u64 number | u32 keyBytes | key | zero padding to a multiple of 8. */
const HEADER_BYTES: usize = 12;

let keyForm: u32 = 0;
let beforeBytes: usize = 0;
let betweenBytes: usize = 0;
let endBytes: usize = 0;
let isSigned: bool = false;
let scale: u32 = 0;

/** Where the last call stopped: the first record that is not written, and the end of the rows. */
export let read: usize = 0;
export let written: usize = 0;
/** Sum of the numbers that the last call wrote, as unsigned ones. */
export let sum: f64 = 0;

/**
 * Says how rows look. The texts of the form are in memory.
 *
 * @param key ROW_JSON, ROW_CSV or ROW_TSV.
 * @param signed Whether numbers have a sign.
 * @param digits How many of a number's digits follow its point; 0 for integers.
 */
export function configure(
  key: u32, before: usize, between: usize, end: usize, signed: bool, digits: u32,
): void {
  keyForm = key;
  beforeBytes = before;
  betweenBytes = between;
  endBytes = end;
  isSigned = signed;
  scale = digits;
}

/**
 * Writes rows until `most` are written, the block is full, or a record is not whole, or is left to
 * the host: one with a long key, a line feed in TSV, or a number out of bounds.
 *
 * @param bytes Of the records from ROW_RECORDS on.
 * @param out Where the first row begins.
 * @param full Where a block is full: no row begins there or later.
 * @param least The least number of a row, and the largest, as unsigned ones.
 * @returns How many rows are written.
 */
export function writeRows(
  bytes: usize, out: usize, full: usize, most: u32, least: u64, largest: u64,
): u32 {
  const before = v128.load(ROW_BEFORE);
  const between = v128.load(ROW_BETWEEN);
  const behind = v128.load(ROW_END);
  const end = <usize>ROW_RECORDS + bytes;
  let at: usize = ROW_RECORDS;
  let rows: u32 = 0;
  let total: f64 = 0;
  for (; rows < most && out < full && at + HEADER_BYTES <= end; rows++) {
    const number = load<u64>(at);
    const keyBytes = <usize>load<u32>(at, 8);
    const key = at + HEADER_BYTES;
    const next = (key + keyBytes + 7) & ~7;
    if (keyBytes > <usize>ROW_KEY_BYTES || next > end) break;
    if (number < least || number > largest) break;
    v128.store(out, before);
    let to = writeKey(key, keyBytes, out + beforeBytes);
    if (to == 0) break;
    v128.store(to, between);
    to = writeNumber(number, to + betweenBytes);
    v128.store(to, behind);
    out = to + endBytes;
    at = next;
    total += <f64>number;
  }
  read = at;
  written = out;
  sum = total;
  return rows;
}

// @ts-ignore: decorator
@inline
function writeKey(key: usize, bytes: usize, out: usize): usize {
  if (keyForm == ROW_JSON) return writeJson(key, bytes, out);
  return keyForm == ROW_CSV ? writeCsv(key, bytes, out) : writeLine(key, bytes, out);
}

// @ts-ignore: decorator
@inline
function writeNumber(number: u64, out: usize): usize {
  if (isSigned && <i64>number < 0) {
    store<u8>(out++, 0x2d);
    number = 0 - number;
  }
  return scale == 0 ? writeInteger(number, out) : writeDecimal(number, scale, out);
}

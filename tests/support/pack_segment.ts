import { Segment } from "../../src/reduce/segment.ts";

/** A key, each character of which is one byte, and its number. */
export type PackedRow = readonly [key: string, number: bigint];

const HEADER_BYTES = 12;

const recordBytes = (key: string) => Math.ceil((HEADER_BYTES + key.length) / 8) * 8;

/** A segment of any bytes and any 64 bits, in the order given. */
export function packSegment(rows: readonly PackedRow[]): Segment {
  const bytes = new Uint8Array(rows.reduce((sum, [key]) => sum + recordBytes(key), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [key, number] of rows) {
    view.setBigInt64(at, number, true);
    view.setUint32(at + 8, key.length, true);
    for (let i = 0; i < key.length; i++) bytes[at + HEADER_BYTES + i] = key.charCodeAt(i);
    at += recordBytes(key);
  }
  return new Segment(bytes, rows.length);
}

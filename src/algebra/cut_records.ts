import type { Segment } from "../reduce/segment.ts";
import { behindRecord, VALUE_RECORDS } from "../shared/record_form.ts";

const { headerBytes, lengthAt } = VALUE_RECORDS;

/** Where the record behind one begins that stands at `at`; all of its header is there. */
export function nextRecord(view: DataView, at: number): number {
  return behindRecord(VALUE_RECORDS, at + headerBytes + view.getUint32(at + lengthAt, true));
}

/**
 * The records of a segment in pieces of whole ones: a segment's record has the form of a value
 * record, so that none is read and written again.
 *
 * @param pieceBytes Most bytes of a piece, which only a record that is longer exceeds.
 * @returns Pieces of a buffer of its own: each may be changed, and is valid until the next is asked for.
 */
export function* cutRecords(
  segment: Segment,
  pieceBytes: number,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  let piece = new Uint8Array(pieceBytes);
  let filled = 0;
  for (const block of segment.blocks()) {
    for (let at = 0; at < block.length;) {
      const part = block.subarray(at, at + piece.length - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < piece.length) break; // the block is used up
      const { whole, needed } = findEnd(piece);
      if (whole > 0) {
        yield piece.subarray(0, whole);
        piece.copyWithin(0, whole, filled);
        filled -= whole;
      } else {
        const larger = new Uint8Array(needed);
        larger.set(piece);
        piece = larger;
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

/** Where the last whole record of a piece ends, and where the one behind it would. */
function findEnd(piece: Uint8Array): { whole: number; needed: number } {
  // Records begin at words of the piece. A typed array is read in a fraction of what a DataView takes.
  const words = new Uint32Array(piece.buffer, piece.byteOffset, piece.byteLength >>> 2);
  let whole = 0;
  while (whole + headerBytes <= piece.length) {
    const next = behindRecord(VALUE_RECORDS, whole + headerBytes + words[(whole + lengthAt) >>> 2]);
    if (next > piece.length) return { whole, needed: next };
    whole = next;
  }
  return { whole, needed: whole + headerBytes };
}

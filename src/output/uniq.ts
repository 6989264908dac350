import type { RecordCursor } from "../reduce/segment.ts";
import { BlockWriter, createStamp } from "./block_writer.ts";
import type { OutputBlocks } from "./body.ts";
import { unwritableKey } from "./rows.ts";

/** `uniq -c` writes counts at the right of so many columns. */
const COUNT_COLUMNS = 7;

const BLANK = createStamp(" ");
const LINE_FEED = createStamp("\n");

/** So many records are held at once to be turned round. */
const SLAB_RECORDS = 4096;

/** Which rows are written, and in which order. */
export interface UniqOptions {
  /** How many, the first in order; 0 for all. */
  top: number;
  /**
   * Whether keys of the same count stand in falling order, as `sort -rn` leaves them: it compares
   * whole lines where numbers are equal.
   */
  fallingTies: boolean;
}

/** What a row shows. */
type Row = Pick<RecordCursor, "bytes" | "keyStart" | "keyEnd" | "count">;

/**
 * Rows as `uniq -c` writes them.
 *
 * @param records In the order in which they are written, but for keys of the same count.
 * @throws {JobError} `not_acceptable` for a key with a line feed, which would be two rows.
 */
export function* uniqBlocks(
  records: RecordCursor,
  { top, fallingTies }: UniqOptions,
): OutputBlocks {
  const writer = new BlockWriter();
  let left = top === 0 ? Infinity : top;
  for (const row of fallingTies ? turnTies(records) : walk(records)) {
    if (writer.full) yield writer.take();
    writer.writeAscii(String(row.count).padStart(COUNT_COLUMNS));
    writer.writeStamp(BLANK);
    const { bytes, keyStart, keyEnd } = row;
    let at = keyStart;
    while ((at = writer.writeLine(bytes, at, keyEnd)) < keyEnd) {
      if (at < 0) throw unwritableKey("line feed", "uniq", bytes.subarray(keyStart, keyEnd));
      yield writer.take();
    }
    writer.writeStamp(LINE_FEED);
    if (--left === 0) break;
  }
  if (!writer.empty) yield writer.take();
}

function* walk(records: RecordCursor): Generator<Row, void, void> {
  while (records.next()) yield records;
}

/**
 * Walks records by falling count, those of one count backwards: a first pass over such a group marks
 * where its slabs begin, so that it takes little memory however long the group is.
 */
function* turnTies(records: RecordCursor): Generator<Row, void, void> {
  for (let start = records.position;;) {
    records.seek(start);
    if (!records.next()) return;
    const { count } = records;
    const slabs: number[] = [start];
    let length = 1;
    let end = records.position;
    while (records.next() && records.count === count) {
      if (length++ % SLAB_RECORDS === 0) slabs.push(end);
      end = records.position;
    }
    for (const slab of slabs.toReversed()) {
      const rest = length % SLAB_RECORDS || SLAB_RECORDS;
      yield* readSlab(records, slab, rest).toReversed();
      length -= rest;
    }
    start = end;
  }
}

function readSlab(records: RecordCursor, position: number, length: number): Row[] {
  records.seek(position);
  return Array.from({ length }, () => {
    records.next();
    const { bytes, keyStart, keyEnd, count } = records;
    const key = bytes.slice(keyStart, keyEnd);
    return { bytes: key, keyStart: 0, keyEnd: key.length, count };
  });
}

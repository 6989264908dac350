import type { Measure } from "../contract/compare_options.ts";
import type { RowColumn } from "../output/row_style.ts";
import { CursorView } from "../reduce/cursor_view.ts";
import type { RecordCursor, Segment } from "../reduce/segment.ts";
import { g2, logRatio, MEASURE, perMillion, type Sizes } from "./measures.ts";

// A record of a comparison: the measure, as a double in the place of the count, and behind the key its
// counts in both, u64 and u64, the most significant byte first. That byte is 0, so that of keys with
// the same measure those stand first that others begin with.

/** Bytes behind a key. */
export const COUNTS_BYTES = 16;

const WORD = 2 ** 32;

/** Writes counts of a key behind it. */
export function writeCounts(bytes: Uint8Array, at: number, a: number, b: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, COUNTS_BYTES);
  [a, b].forEach((count, i) => {
    view.setUint32(8 * i, count / WORD);
    view.setUint32(8 * i + 4, count); // its last 32 bits
  });
}

/** Walks the records of a comparison; the count of each is that in a, the double its measure. */
export class ComparedRecords extends CursorView {
  constructor(segment: Segment, position = 0) {
    super(segment.records(position));
  }

  override get keyEnd(): number {
    return this.records.keyEnd - COUNTS_BYTES;
  }

  override get count(): number {
    return this.#countAt(0);
  }

  get countB(): number {
    return this.#countAt(8);
  }

  #countAt(offset: number): number {
    const { buffer, byteOffset } = this.bytes;
    const view = new DataView(buffer, byteOffset + this.keyEnd + offset, 8);
    return view.getUint32(0) * WORD + view.getUint32(4);
  }
}

/** Measures that every row has, whatever it is ordered by. */
const ALWAYS: readonly Measure[] = ["g2", "logRatio"];

/** The columns of a row behind `countA`. They are read from ComparedRecords. */
export function comparedColumns(sizes: Sizes, measure: Measure): RowColumn[] {
  const column = (name: string, of: (a: number, b: number) => number, isInteger = false) => ({
    name,
    isInteger,
    read: (record: RecordCursor) => of(record.count, (record as ComparedRecords).countB),
  });
  const columns = [
    column("countB", (_, b) => b, true),
    column("perMillionA", (a) => perMillion(a, sizes.a)),
    column("perMillionB", (_, b) => perMillion(b, sizes.b)),
    column("g2", (a, b) => g2(a, b, sizes)),
    column("logRatio", (a, b) => logRatio(a, b, sizes)),
  ];
  if (ALWAYS.includes(measure)) return columns;
  return [...columns, column(measure, (a, b) => MEASURE[measure](a, b, sizes))];
}

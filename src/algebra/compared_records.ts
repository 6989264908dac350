import type { Measure } from "../contract/compare_options.ts";
import type { RowColumn } from "../output/row_style.ts";
import type { RecordCursor, Segment } from "../reduce/segment.ts";
import { CountedKeys } from "./counted_keys.ts";
import { g2, logRatio, MEASURE, perMillion, type Sizes } from "./measures.ts";

/**
 * Walks the records of a comparison: the measure is a double in the place of the count, and behind the
 * key stand its counts in a and in b. The count of each is that in a.
 */
export class ComparedRecords extends CountedKeys {
  constructor(segment: Segment, position = 0) {
    super(segment, 2, position);
  }

  get countB(): number {
    return this.countAt(1);
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

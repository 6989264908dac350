import type { Segment, SegmentCursor } from "../reduce/segment.ts";

/** Which records of a segment an answer shows. */
export interface Cut {
  /** How many at most, the first in order; 0 for all. */
  top: number;
  /** Least count. */
  min: number;
  /** How the segment is ordered: by count, the records from the first small one on are skipped. */
  order: "count" | "key";
}

/** Walks the records that a cut leaves; `record` holds the one that `next` found. */
export class Selection {
  readonly record: SegmentCursor;
  /** How many `next` has found. */
  shown = 0;
  readonly #cut: Cut;

  constructor(segment: Segment, cut: Cut) {
    this.record = segment.records();
    this.#cut = cut;
  }

  next(): boolean {
    const { top, min, order } = this.#cut;
    if (this.shown === top && top > 0) return false;
    while (this.record.next()) {
      if (this.record.count >= min) {
        this.shown++;
        return true;
      }
      if (order === "count") return false;
    }
    return false;
  }
}

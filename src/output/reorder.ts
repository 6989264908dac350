import type { ResultValues } from "../contract/documents.ts";
import { isLargestFirst, type Order } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { compareBytes } from "../reduce/compare_bytes.ts";
import { CursorView } from "../reduce/cursor_view.ts";
import { FileSegment } from "../reduce/file_segment.ts";
import type { RecordCursor, Segment } from "../reduce/segment.ts";
import { turn } from "./body.ts";
import { openResultRecords } from "./result_records.ts";
import { createRanks } from "./record_ranks.ts";

/**
 * More keys are not brought into another order: an index of them takes seconds and 24 bytes each.
 */
const MOST_KEYS = 1 << 22;
/** Records lie at multiples of this. */
const RECORD_ALIGNMENT = 8;
/** Steps before other requests get a turn, and records that are sorted at once. */
const SLICE = 1 << 16;
const RUN = 1 << 10;

/** The places of a segment's records in the other order, for as long as the segment lives. */
const indexes = new WeakMap<Segment, Promise<Uint32Array>>();

/**
 * A segment's records in the order that it does not have. Exact; takes 4 bytes a key while the
 * segment lives, and lets others run while it sorts.
 *
 * @param order The order that the segment does not have.
 * @param position Where a cursor over the same order stood.
 * @param values What the records hold in place of counts. @default {none: counts}
 * @throws {JobError} `order_unavailable` for a segment of too many keys, or on disk.
 */
export async function reorder(
  segment: Segment,
  order: Order,
  position = 0,
  values?: ResultValues,
): Promise<RecordCursor> {
  let index = indexes.get(segment);
  if (index === undefined) {
    if (segment.keys > MOST_KEYS || segment instanceof FileSegment) {
      throw orderUnavailable(order, segment.keys);
    }
    index = sortRecords(segment, !isLargestFirst(order), values);
    indexes.set(segment, index);
  }
  return new IndexCursor(openResultRecords(segment, values), await index, position);
}

/** Walks records in the order of an index; its position is one in the index. */
class IndexCursor extends CursorView {
  readonly #index: Uint32Array;
  #position: number;

  constructor(records: RecordCursor, index: Uint32Array, position: number) {
    super(records);
    this.#index = index;
    this.#position = position;
  }

  override get position(): number {
    return this.#position;
  }

  override next(): boolean {
    if (this.#position >= this.#index.length) return false;
    this.records.seek(this.#index[this.#position++] * RECORD_ALIGNMENT);
    return this.records.next();
  }

  override seek(position: number): void {
    this.#position = position;
  }
}

/** Positions of the records, divided by their alignment, in the order asked for. */
async function sortRecords(
  segment: Segment,
  byKey: boolean,
  values: ResultValues | undefined,
): Promise<Uint32Array> {
  const starts = new Uint32Array(segment.keys);
  const ranks = createRanks(segment.keys, byKey, values);
  const record = openResultRecords(segment, values);
  for (let i = 0; i < starts.length; i++) {
    starts[i] = record.position / RECORD_ALIGNMENT;
    record.next();
    ranks.set(i, record);
    if (i % SLICE === SLICE - 1) await turn();
  }
  const [a, b] = [openResultRecords(segment, values), openResultRecords(segment, values)];
  const compareKeys = (i: number, j: number) => {
    a.seek(starts[i] * RECORD_ALIGNMENT);
    b.seek(starts[j] * RECORD_ALIGNMENT);
    a.next();
    b.next();
    return compareBytes(a.bytes, a.keyStart, a.keyEnd, b.bytes, b.keyStart, b.keyEnd);
  };
  // Before, the records stood in the other order: by key, if this one is not.
  const compareTies = byKey ? compareKeys : (i: number, j: number) => i - j;
  const compare = (i: number, j: number) => ranks.compare(i, j) || compareTies(i, j);
  const sorted = await sort(starts.length, compare);
  for (let i = 0; i < sorted.length; i++) sorted[i] = starts[sorted[i]];
  return sorted;
}

/** Sorts 0 … length - 1: short runs by the platform, then merges that can be interrupted. */
async function sort(
  length: number,
  compare: (i: number, j: number) => number,
): Promise<Uint32Array> {
  let from = new Uint32Array(length);
  let to = new Uint32Array(length);
  for (let i = 0; i < length; i++) from[i] = i;
  for (let start = 0; start < length; start += RUN) {
    from.subarray(start, start + RUN).sort(compare);
    if (start % SLICE === 0) await turn();
  }
  let steps = 0;
  for (let width = RUN; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) {
      const middle = Math.min(start + width, length);
      const end = Math.min(start + 2 * width, length);
      let [left, right] = [start, middle];
      for (let out = start; out < end; out++) {
        const takeLeft = right >= end || (left < middle && compare(from[left], from[right]) <= 0);
        to[out] = takeLeft ? from[left++] : from[right++];
        if (++steps % SLICE === 0) await turn();
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

function orderUnavailable(order: string, keys: number): JobError {
  return new JobError(
    "order_unavailable",
    `Cannot order the result by ${order}: ${keys} keys on disk or above the limit of ${MOST_KEYS}`,
    { details: { parameter: "order", value: order, keys, limit: MOST_KEYS } },
  );
}

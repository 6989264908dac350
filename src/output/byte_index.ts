import type { RecordCursor } from "../reduce/segment.ts";
import { type OutputBlocks, turn } from "./body.ts";
import { lineBlocks, type LineFormat } from "./lines.ts";
import { PLAIN_ROWS, type RowStyle } from "./row_style.ts";
import { type Cut, Selection } from "./selection.ts";

/** About how many bytes lie between two marks in formats of lines: rows may have any length. */
const PIECE_BYTES = 128 * 1024;
const FIRST_ROWS = 64;
/** Marks of one index; beyond them every other goes. */
const MOST_MARKS = 2048;
/** How much is made before others get a turn: some milliseconds' worth. */
const TURN_BYTES = 1024 * 1024;

/** A place in an answer where rows can be begun with. */
export interface Mark {
  /** How many bytes of the answer stand before it. */
  offset: number;
  /** Of the cursor over the records. */
  position: number;
  /** How many rows stand before it. */
  shown: number;
}

/** Where the rows of an answer stand among its bytes. */
export interface ByteIndex {
  /** Length of the answer. */
  bytes: number;
  /** In order; the first is the answer's beginning. */
  marks: readonly Mark[];
}

/** Formats that can begin with any of their rows. */
export type SeekableFormat = LineFormat | "arrow";

/** Makes the blocks of rows; `goesOn` says that others stand before them. */
type RowBlocks = (selection: Selection, goesOn: boolean) => OutputBlocks;

/** A rendered part, and where the next begins. */
type Step = [bytes: number, position: number, shown: number];

/**
 * Makes an answer once and keeps nothing but its length and where its rows stand, so that any part
 * of it can be made alone. Lets others run meanwhile.
 *
 * @param records Before the answer's first record.
 */
export async function indexBytes(
  records: RecordCursor,
  cut: Cut,
  format: SeekableFormat,
  style: RowStyle = PLAIN_ROWS,
): Promise<ByteIndex> {
  let marks: Mark[] = [{ offset: 0, position: records.position, shown: 0 }];
  let [bytes, gap, sinceMark, sinceTurn] = [0, 1, 0, 0];
  for (const [length, position, shown] of await stepsOf(records, cut, format, style)) {
    bytes += length;
    sinceTurn += length;
    if (length > 0 && ++sinceMark === gap) {
      marks.push({ offset: bytes, position, shown });
      sinceMark = 0;
    }
    if (marks.length > MOST_MARKS) {
      marks = marks.filter((_, i) => i % 2 === 0);
      gap *= 2;
    }
    if (length === 0 || sinceTurn > TURN_BYTES) {
      sinceTurn = 0;
      await turn();
    }
  }
  return { bytes, marks };
}

async function stepsOf(
  records: RecordCursor,
  cut: Cut,
  format: SeekableFormat,
  style: RowStyle,
): Promise<Iterable<Step>> {
  const blocks = await rowBlocksOf(format, style);
  return format === "arrow" ? batches(records, cut, blocks) : pieces(records, cut, blocks);
}

/** A step for each batch: the selection stands behind it when its block comes. */
function* batches(records: RecordCursor, cut: Cut, blocks: RowBlocks): Generator<Step> {
  const selection = new Selection(records, cut);
  for (const { length } of blocks(selection, false)) {
    yield [length, records.position, selection.shown];
  }
}

/** A step for so many lines as should make a piece, going by those before. */
function* pieces(records: RecordCursor, cut: Cut, blocks: RowBlocks): Generator<Step> {
  let [shown, rows] = [0, FIRST_ROWS];
  while (true) {
    if (cut.top > 0) rows = Math.min(rows, cut.top - shown);
    const selection = new Selection(records, { ...goOn(cut, shown), top: rows });
    let bytes = 0;
    for (const { length } of blocks(selection, shown > 0)) {
      bytes += length;
      if (length === 0) yield [0, 0, 0];
    }
    shown += selection.shown;
    yield [bytes, records.position, shown];
    if (selection.shown < rows || shown === cut.top) return;
    rows = Math.max(1, Math.floor(PIECE_BYTES * rows / bytes));
  }
}

/** The nearest mark at or before an offset. */
export function markBefore({ marks }: ByteIndex, offset: number): Mark {
  let [low, high] = [0, marks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (marks[middle].offset <= offset) low = middle;
    else high = middle - 1;
  }
  return marks[low];
}

/**
 * `length` bytes of an answer from `offset` on.
 *
 * @param records At the position of the mark.
 * @param cut Of the whole answer.
 */
export async function blocksFrom(
  mark: Mark,
  records: RecordCursor,
  cut: Cut,
  format: SeekableFormat,
  { offset, length }: { offset: number; length: number },
  style: RowStyle = PLAIN_ROWS,
): Promise<OutputBlocks> {
  const top = cut.top === 0 ? 0 : cut.top - mark.shown;
  const blocks = await rowBlocksOf(format, style);
  const goesOn = mark.offset > 0;
  // All rows have been shown where `top` is 0 now: what is left, as Arrow's end, has none.
  const ended = cut.top > 0 && top === 0;
  const selection = new Selection(ended ? NOTHING : records, { ...goOn(cut, mark.shown), top });
  return slice(blocks(selection, goesOn), offset - mark.offset, length);
}

const NOTHING: RecordCursor = {
  bytes: new Uint8Array(0),
  keyStart: 0,
  keyEnd: 0,
  count: 0,
  integer: 0n,
  double: 0,
  position: 0,
  next: () => false,
  seek: () => {},
};

/** The same cut behind rows that are shown. */
function goOn(cut: Cut, shown: number): Cut {
  return { ...cut, before: (cut.before ?? 0) + shown };
}

async function rowBlocksOf(format: SeekableFormat, style: RowStyle): Promise<RowBlocks> {
  if (format !== "arrow") {
    return (selection, goesOn) => lineBlocks(selection, format, goesOn, style);
  }
  const { arrowBlocks } = await import("./arrow.ts");
  return (selection, goesOn) => arrowBlocks(selection, goesOn, style);
}

/** Bytes `[skip, skip + length)` of the blocks. */
function* slice(blocks: OutputBlocks, skip: number, length: number): OutputBlocks {
  try {
    for (const block of blocks) {
      const from = Math.min(skip, block.length);
      skip -= from;
      const part = block.subarray(from, from + length);
      length -= part.length;
      if (part.length > 0 || block.length === 0) yield part;
      if (length === 0) return;
    }
  } finally {
    blocks.return();
  }
}

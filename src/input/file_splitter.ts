import type { FilePiece } from "../shared/file_piece.ts";
import type { OpenFile } from "./open_file.ts";
import type { Chunk, SplitRule } from "./splitter.ts";

/** Bytes in front of a border that are looked at; most splits are among the last few. */
const WINDOW_BYTES = 4096;
/** No rule looks further than this to either side of a split. */
const REACH = 8;
/** No worker has room for a token of so many bytes. */
const MOST_PIECE_BYTES = 2 ** 30;

/**
 * Cuts a range of a file where `splitBytes` would cut it, but reads only some bytes in front of each
 * border: the others are for the workers.
 *
 * @param findSplit A rule that looks no further than REACH around a split, as those of tokenizers do.
 */
export function* splitFile(
  file: OpenFile,
  { start, end }: { start: number; end: number },
  chunkBytes: number,
  findSplit: SplitRule,
): Generator<Chunk<FilePiece>, void, void> {
  for (let at = start; at < end;) {
    const length = firstPieceBytes(file, { start: at, end }, chunkBytes, findSplit);
    const text = { file: file.version, start: at, length };
    yield { text, offset: at - start, last: at + length === end };
    at += length;
  }
}

function firstPieceBytes(
  file: OpenFile,
  { start, end }: { start: number; end: number },
  chunkBytes: number,
  findSplit: SplitRule,
): number {
  const most = Math.min(end - start, MOST_PIECE_BYTES);
  for (let bytes = chunkBytes; bytes < most; bytes *= 2) {
    const split = lastSplit(file, start, bytes, findSplit);
    if (split > 0) return split;
  }
  return most;
}

/**
 * What `findSplit` gives for `bytes` from `start` on, or 0. It goes backwards, window by window; two
 * that follow each other share twice the reach, so that a split which one of them sees too little of
 * lies well within the other.
 */
function lastSplit(file: OpenFile, start: number, bytes: number, findSplit: SplitRule): number {
  const buffer = new Uint8Array(Math.min(WINDOW_BYTES, bytes));
  for (let end = bytes;;) {
    const begin = Math.max(0, end - buffer.length);
    const window = buffer.subarray(0, end - begin);
    file.read(window, start + begin);
    const split = findSplit(window, window.length);
    if (split > (begin === 0 ? 0 : REACH)) return begin + split;
    if (begin === 0) return 0;
    end = begin + 2 * REACH;
  }
}

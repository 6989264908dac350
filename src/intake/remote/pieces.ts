import { ignoreError, own } from "../../async/own.ts";
import type { RemoteFile, RemoteOptions } from "./remote_file.ts";

/** Pieces that may be held ahead of their readers in the whole process: 128 MiB of 8 MiB each. */
const MOST_HELD = 16;
let held = 0;

/**
 * The bytes of a file in order, several pieces of it under way at once where its server gives
 * ranges. The piece that is read streams; those behind it are held until it is their turn, as far
 * as there is room for them in the process.
 *
 * @param range What of the file; only where its server gives ranges. @default {all}
 */
export async function* readPieces(
  file: RemoteFile,
  { pieceBytes, parallel }: Pick<RemoteOptions, "pieceBytes" | "parallel">,
  { start, end } = { start: 0, end: file.bytes },
): AsyncGenerator<Uint8Array, void, void> {
  const pieces: Promise<Uint8Array[]>[] = [];
  const begun = start === 0 ? Math.min(file.firstEnd, end) : start;
  let asked = begun;
  const nextEnd = () => Math.min(asked + pieceBytes, end);
  const askAhead = () => {
    while (pieces.length < parallel - 1 && asked < end && held < MOST_HELD) {
      const blocks = Array.fromAsync(file.range(asked, nextEnd()));
      own(blocks, ignoreError); // what goes wrong is told when it is this piece's turn
      pieces.push(blocks);
      held++;
      asked = nextEnd();
    }
  };
  try {
    askAhead();
    if (begun > start) yield* file.range(start, begun);
    while (pieces.length > 0 || asked < end) {
      askAhead();
      if (pieces.length === 0) {
        const start = asked;
        asked = nextEnd();
        yield* file.range(start, asked);
        continue;
      }
      yield* await pieces[0];
      pieces.splice(0, 1);
      held--;
    }
  } finally {
    held -= pieces.length;
    file.close();
  }
}

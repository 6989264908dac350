import { ignoreError, own } from "../../async/own.ts";
import type { RemoteFile, RemoteOptions } from "./remote_file.ts";

/** Pieces that may be held ahead of their readers in the whole process: 128 MiB of 8 MiB each. */
const MOST_HELD = 16;
let held = 0;

/**
 * The bytes of a file in order, several pieces of it under way at once where its server gives
 * ranges. The piece that is read streams; those behind it are held until it is their turn, as far
 * as there is room for them in the process.
 */
export async function* readPieces(
  file: RemoteFile,
  { pieceBytes, parallel }: Pick<RemoteOptions, "pieceBytes" | "parallel">,
): AsyncGenerator<Uint8Array, void, void> {
  const pieces: Promise<Uint8Array[]>[] = [];
  const { firstEnd } = file;
  let asked = firstEnd;
  const nextEnd = () => Math.min(asked + pieceBytes, file.bytes);
  const askAhead = () => {
    while (pieces.length < parallel - 1 && asked < file.bytes && held < MOST_HELD) {
      const blocks = Array.fromAsync(file.range(asked, nextEnd()));
      own(blocks, ignoreError); // what goes wrong is told when it is this piece's turn
      pieces.push(blocks);
      held++;
      asked = nextEnd();
    }
  };
  try {
    askAhead();
    yield* file.range(0, firstEnd);
    while (pieces.length > 0 || asked < file.bytes) {
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

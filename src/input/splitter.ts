import type { FilePiece } from "../shared/file_piece.ts";
import type { Filled } from "./source.ts";

/** The bytes of a chunk, or where a worker finds them. */
export type ChunkText = Uint8Array | FilePiece;

/** A piece of the input that can be counted by itself. */
export interface Chunk<T extends ChunkText = ChunkText> {
  /** Valid until the next chunk is asked for. */
  text: T;
  /** Offset of the text in the input. */
  offset: number;
  /** Whether the input ends with this chunk. */
  last: boolean;
  /** Whether a text of its own begins here, which no n-gram may reach back from. */
  opens?: boolean;
}

/** What splitChunks pulls from; a ByteSource or a decoder over one. */
export interface Pull {
  read(buffer: Uint8Array<ArrayBuffer>, offset: number): Promise<Filled>;
}

/**
 * The largest split in (0, length] such that the text before it and the text behind it have the
 * same tokens apart as together, whatever follows; 0 when there is none.
 */
export type SplitRule = (text: Uint8Array, length: number) => number;

/** Buffers start small, since most bodies are. */
const FIRST_BUFFER_BYTES = 64 * 1024;

/**
 * Cuts the input where no token is cut. A token that is longer than a chunk makes its chunk grow
 * until it fits, so that keys of any length stay whole.
 *
 * The text stays private until a whole chunk is there: a client that sends slowly occupies no
 * shared memory. One buffer serves the whole input; the rest behind a split moves to its front.
 *
 * @param chunkBytes Most bytes in a chunk that can be split.
 */
export async function* splitChunks(
  source: Pull,
  chunkBytes: number,
  findSplit: SplitRule,
): AsyncGenerator<Chunk<Uint8Array>, void, void> {
  let buffer = new Uint8Array(Math.min(FIRST_BUFFER_BYTES, chunkBytes));
  let filled = 0;
  let offset = 0;
  for (;;) {
    const read = await source.read(buffer, filled);
    if (read.added === 0) {
      if (filled > 0) yield { text: read.buffer.subarray(0, filled), offset, last: true };
      return;
    }
    buffer = read.buffer;
    filled += read.added;
    if (filled < buffer.length) continue;
    const split = buffer.length < chunkBytes ? 0 : findSplit(buffer, filled);
    if (split === 0) {
      buffer = enlarge(buffer, chunkBytes);
      continue;
    }
    yield { text: buffer.subarray(0, split), offset, last: false };
    buffer.copyWithin(0, split, filled);
    filled -= split;
    offset += split;
    if (buffer.length > chunkBytes && filled < chunkBytes) buffer = buffer.slice(0, chunkBytes);
  }
}

/** Quadruples up to the size of a chunk, then doubles for a token that has no end yet. */
function enlarge(buffer: Uint8Array<ArrayBuffer>, chunkBytes: number): Uint8Array<ArrayBuffer> {
  const length = buffer.length < chunkBytes
    ? Math.min(buffer.length * 4, chunkBytes)
    : buffer.length * 2;
  const larger = new Uint8Array(length);
  larger.set(buffer);
  return larger;
}

/** As splitChunks, for a text that is all here: its chunks are views on it. */
export function* splitBytes(
  text: Uint8Array,
  chunkBytes: number,
  findSplit: SplitRule,
): Generator<Chunk<Uint8Array>, void, void> {
  for (let offset = 0; offset < text.length;) {
    const rest = text.subarray(offset);
    const bytes = firstChunkBytes(rest, chunkBytes, findSplit);
    yield { text: rest.subarray(0, bytes), offset, last: bytes === rest.length };
    offset += bytes;
  }
}

function firstChunkBytes(text: Uint8Array, chunkBytes: number, findSplit: SplitRule): number {
  for (let bytes = chunkBytes; bytes < text.length; bytes *= 2) {
    const split = findSplit(text, bytes);
    if (split > 0) return split;
  }
  return text.length;
}

import type { FilePiece } from "../shared/file_piece.ts";
import { JobError } from "../contract/problems.ts";
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
  /** Which of several texts it is of: its name, or its number from 0. */
  partName?: string;
  /** Line feeds before the chunk that are of its text and in no chunk. @default {none} */
  lineFeedsBefore?: number;
  /** The texts that begin in the chunk, or before it, where an offset does not tell them. */
  parts?: ChunkParts;
}

/** Several texts in one chunk. */
export interface ChunkParts {
  /** Where each begins, from the chunk's own beginning; ascending. */
  starts: readonly number[];
  /** Its number among all texts of the input. */
  indexes: readonly number[];
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
 * @param mostBytes Most bytes in a chunk that cannot: the engine has no room for more.
 * @throws {JobError} `out_of_memory` once that many came without a place to split.
 */
export async function* splitChunks(
  source: Pull,
  chunkBytes: number,
  findSplit: SplitRule,
  mostBytes = Infinity,
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
      if (buffer.length >= mostBytes) throw noPlaceToSplit(buffer.length, mostBytes);
      buffer = enlarge(buffer, chunkBytes, mostBytes);
      continue;
    }
    yield { text: buffer.subarray(0, split), offset, last: false };
    buffer.copyWithin(0, split, filled);
    filled -= split;
    offset += split;
    if (buffer.length > chunkBytes && filled < chunkBytes) buffer = buffer.slice(0, chunkBytes);
  }
}

/** Why a chunk of so many bytes is too long for a job that may hold no more than `limit`. */
export function noPlaceToSplit(bytes: number, limit: number): JobError {
  const message =
    `Cannot hold a chunk of ${bytes} bytes without a place to split within the job's ` +
    `limit of ${limit} bytes`;
  return new JobError("out_of_memory", message, { details: { limit } });
}

/**
 * Quadruples up to the size of a chunk, then doubles for a token that has no end yet, up to the most
 * that it may have.
 */
function enlarge(
  buffer: Uint8Array<ArrayBuffer>,
  chunkBytes: number,
  mostBytes: number,
): Uint8Array<ArrayBuffer> {
  const length = buffer.length < chunkBytes
    ? Math.min(buffer.length * 4, chunkBytes)
    : Math.min(buffer.length * 2, Math.max(mostBytes, chunkBytes));
  const larger = new Uint8Array(length);
  larger.set(buffer);
  return larger;
}

/**
 * As splitChunks, for a text that is all here: its chunks are views on it. The text may have more than
 * 2 GiB: where V8 (13.6 to 15.0) has optimized a comparison with the `length` of an array, it takes a
 * length beyond 2^31 for a negative one. `byteLength` is right.
 */
export function* splitBytes(
  text: Uint8Array,
  chunkBytes: number,
  findSplit: SplitRule,
): Generator<Chunk<Uint8Array>, void, void> {
  for (let offset = 0; offset < text.byteLength;) {
    const rest = text.subarray(offset);
    const bytes = firstChunkBytes(rest, chunkBytes, findSplit);
    yield { text: rest.subarray(0, bytes), offset, last: bytes === rest.byteLength };
    offset += bytes;
  }
}

function firstChunkBytes(text: Uint8Array, chunkBytes: number, findSplit: SplitRule): number {
  for (let bytes = chunkBytes; bytes < text.byteLength; bytes *= 2) {
    const split = findSplit(text, bytes);
    if (split > 0) return split;
  }
  return text.byteLength;
}

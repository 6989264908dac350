import { TEXT_PADDING } from "../../assembly/layout.ts";
import type { SharedHeap } from "./shared_heap.ts";

/** A file as it was when it was opened. */
export interface FileVersion {
  /** Absolute. */
  readonly path: string;
  /** What errors call it, where its path is not for clients. @default {its path} */
  readonly name?: string;
  readonly size: number;
  /** Milliseconds since 1970; -1 where the system does not tell it, and so the next two. */
  readonly modified: number;
  readonly inode: number;
  readonly device: number;
}

/** Bytes of a file that are one chunk, which a worker reads itself. */
export interface FilePiece {
  readonly file: FileVersion;
  /** Offset in the file. */
  readonly start: number;
  readonly length: number;
}

/** What the system tells of a file. */
type FileInfo = Pick<Deno.FileInfo, "size" | "mtime" | "ino" | "dev">;

export function versionOf(path: string, { size, mtime, ino, dev }: FileInfo): FileVersion {
  return {
    path,
    size,
    modified: mtime?.getTime() ?? -1,
    inode: ino ?? -1,
    device: dev,
  };
}

/**
 * Whether a file is what it was: not another one, and nobody has written to it since. A change of
 * the same millisecond that leaves the size as it is cannot be told.
 */
export function isVersion(version: FileVersion, info: FileInfo): boolean {
  const { size, modified, inode, device } = versionOf(version.path, info);
  return size === version.size && modified === version.modified &&
    inode === version.inode && device === version.device;
}

// A piece is described behind the padding of the text to come, at the next multiple of 8: numbers of
// 8 bytes each, start | size | modified | inode | device | bytes of the path, and the path. So the
// text can be read more than once, until the slot has another chunk. The host writes before it
// pushes the task, and nobody afterwards.

const NUMBERS = 6;
const NUMBERS_BYTES = NUMBERS * 8;
const MOST_PATH_BYTES = 4096;
const MOST_BYTES_PER_UNIT = 3;

/** Bytes that a slot must have for a description, beside those for the text and its padding. */
export const PIECE_ROOM = 7 + NUMBERS_BYTES + MOST_PATH_BYTES;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Whether a path is short enough for a slot. */
export function fitsPiece(path: string): boolean {
  return path.length * MOST_BYTES_PER_UNIT <= MOST_PATH_BYTES ||
    encoder.encode(path).length <= MOST_PATH_BYTES;
}

/** Describes a piece in the slot that begins at `address`. */
export function writePiece(heap: SharedHeap, address: number, piece: FilePiece): void {
  const { file: { path, size, modified, inode, device }, start, length } = piece;
  const at = descriptionAt(address, length);
  const pathBytes = encoder.encode(path);
  const numbers = [start, size, modified, inode, device, pathBytes.length];
  new Float64Array(heap.bytes.buffer, at, NUMBERS).set(numbers);
  heap.bytes.set(pathBytes, at + NUMBERS_BYTES);
}

/** Reads what `writePiece` has written. */
export function readPiece(heap: SharedHeap, address: number, length: number): FilePiece {
  const at = descriptionAt(address, length);
  const numbers = new Float64Array(heap.bytes.buffer, at, NUMBERS);
  const [start, size, modified, inode, device, pathBytes] = numbers;
  const from = at + NUMBERS_BYTES;
  const path = decoder.decode(heap.bytes.slice(from, from + pathBytes));
  return { file: { path, size, modified, inode, device }, start, length };
}

function descriptionAt(address: number, length: number): number {
  return Math.ceil((address + length + TEXT_PADDING) / 8) * 8;
}

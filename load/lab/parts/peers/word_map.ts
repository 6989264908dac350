import { WordCounter } from "../../../support/word_counter.ts";

// What all peers in JavaScript run: words between whitespace, in a Map.

const BLOCK_BYTES = 1 << 20;

/**
 * Counts the words of a part of a file.
 *
 * @param start In bytes; here and at `end` no word is cut.
 */
export async function countWords(
  path: string,
  start = 0,
  end = Infinity,
): Promise<Map<string, number>> {
  const counter = new WordCounter();
  using file = await Deno.open(path);
  await file.seek(start, Deno.SeekMode.Start);
  const buffer = new Uint8Array(BLOCK_BYTES);
  for (let at = start; at < end;) {
    const bytes = await file.read(buffer.subarray(0, Math.min(BLOCK_BYTES, end - at)));
    if (bytes === null) break;
    at += bytes;
    counter.add(buffer.subarray(0, bytes));
  }
  counter.end();
  return counter.counts;
}

/** A part of a file, as a task of a pool. */
export interface Part {
  path: string;
  start: number;
  end: number;
}

const PART_BYTES = 4 << 20;
const LINE_FEED = 10;

/** Parts of a file of some MB that end where a line does. */
export async function cutParts(path: string): Promise<Part[]> {
  const { size } = await Deno.stat(path);
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1 << 16);
  const parts: Part[] = [];
  for (let start = 0; start < size;) {
    const end = start + PART_BYTES < size ? await findLine(file, start + PART_BYTES, buffer) : size;
    parts.push({ path, start, end });
    start = end;
  }
  return parts;
}

/** Where the first line begins behind an offset. @throws {Error} If none does for 64 KB. */
async function findLine(file: Deno.FsFile, from: number, buffer: Uint8Array): Promise<number> {
  await file.seek(from, Deno.SeekMode.Start);
  const bytes = await file.read(buffer) ?? 0;
  const at = buffer.subarray(0, bytes).indexOf(LINE_FEED);
  if (at < 0) throw new Error(`Cannot cut the text at ${from}: there is no line`);
  return from + at + 1;
}

/** The counts of all parts together. */
export function mergeCounts(parts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const part of parts) {
    for (const [word, count] of part) sum.set(word, (sum.get(word) ?? 0) + count);
  }
  return sum;
}

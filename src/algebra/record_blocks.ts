import { JobError } from "../contract/problems.ts";
import type { Pull } from "../input/splitter.ts";

/** A record is held whole while it is read, so it is bounded; their number is not. */
export const MOST_RECORD_BYTES = 16 * 1024 * 1024;

const BLOCK_BYTES = 64 * 1024;
const LF = 0x0a;
const QUOTE = 0x22;

/**
 * A list in blocks of whole records: each ends with a line feed, but for the last record of all, and
 * none ends within quotes where quotes matter. Each is valid until the next is asked for.
 *
 * @param source UTF-8.
 * @param quoted Whether a line feed between quotes ends no record.
 * @throws {JobError} `body_too_large` for a record beyond MOST_RECORD_BYTES, and what the source throws.
 */
export async function* recordBlocks(
  source: Pull,
  quoted: boolean,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  let buffer: Uint8Array<ArrayBuffer> = new Uint8Array(BLOCK_BYTES);
  let filled = 0;
  let isWithin = false; // quotes, where the search has come to
  while (true) {
    const read = await source.read(buffer, filled);
    buffer = read.buffer;
    if (read.added === 0) break;
    let end = 0;
    const added = filled + read.added;
    if (!quoted) end = buffer.subarray(filled, added).lastIndexOf(LF) + 1;
    else {
      for (let at = filled; at < added; at++) {
        if (buffer[at] === QUOTE) isWithin = !isWithin;
        else if (buffer[at] === LF && !isWithin) end = at - filled + 1;
      }
    }
    if (end > 0) {
      yield buffer.subarray(0, filled + end);
      buffer.copyWithin(0, filled + end, added);
      filled = added - filled - end;
    } else filled = added;
    if (filled === buffer.length) buffer = grown(buffer);
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}

function grown(buffer: Uint8Array): Uint8Array<ArrayBuffer> {
  if (buffer.length >= MOST_RECORD_BYTES) {
    const message = `Cannot read the list: a row exceeds the limit of ${MOST_RECORD_BYTES} bytes`;
    throw new JobError("body_too_large", message, { details: { limit: MOST_RECORD_BYTES } });
  }
  const larger = new Uint8Array(buffer.length * 4);
  larger.set(buffer);
  return larger;
}

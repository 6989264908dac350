/** A chunk may give so many bytes of records: a multiple of its own, and these. */
const OUTPUT_SHARE = 16;
const OUTPUT_BYTES = 1024 * 1024;

/** Most bytes that user code may drain for a chunk, or a record, of so many bytes. */
export function mostOutput(bytes: number): number {
  return OUTPUT_SHARE * bytes + OUTPUT_BYTES;
}

/** How a kernel needs less memory. */
export const SPARE_MEMORY =
  "nothing is freed within a record, nor within a chunk where a global may keep objects: in place " +
  "of text += piece in a loop, push pieces to an array and join it";

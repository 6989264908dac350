/** A chunk may give so many bytes of records: a multiple of its own, and these. */
const OUTPUT_SHARE = 16;
const OUTPUT_BYTES = 1024 * 1024;

/** Most bytes that user code may drain for a chunk, or a record, of so many bytes. */
export function mostOutput(bytes: number): number {
  return OUTPUT_SHARE * bytes + OUTPUT_BYTES;
}

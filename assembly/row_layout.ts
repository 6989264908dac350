// The memory of the kernel that writes rows, as the kernel and the host know it. Every address is a
// multiple of 16. The kernel reads and writes up to 16 bytes beyond what it needs.

/** How rows look: four texts, 16 bytes each, of which so many count. */
export const ROW_BEFORE = 1024;
export const ROW_BETWEEN = ROW_BEFORE + 16;
export const ROW_END = ROW_BETWEEN + 16;
/** Most bytes of such a text. */
export const ROW_TEXT_BYTES = 16;

/** Records of a segment, whole or cut at the end. */
export const ROW_RECORDS = 2048;
export const ROW_RECORDS_BYTES = 16384;

/** The block of output. */
export const ROW_BLOCK = ROW_RECORDS + ROW_RECORDS_BYTES + 16;

/** Most bytes of a key: an escape in JSON has six bytes. */
export const ROW_KEY_BYTES = 1024;
/** Most bytes that one row adds to a block, with a number of 20 digits, a sign and a point. */
export const ROW_BYTES = 6 * ROW_KEY_BYTES + 3 * ROW_TEXT_BYTES + 24;

/** How keys are written. */
export const ROW_JSON = 0;
export const ROW_CSV = 1;
export const ROW_TSV = 2;

/** Pages of the memory. */
export const ROW_PAGES = 2;

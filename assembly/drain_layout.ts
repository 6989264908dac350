// What modules drain, and how it stands in memory, in numbers that asc and Deno compile: untyped
// constants, nothing else.

/** In JOB_KERNEL_OUTPUT: keys, or windows of the text. */
export const KERNEL_OUTPUT_KEYS = 0;
export const KERNEL_OUTPUT_WINDOWS = 1;
/** Value records, as TOKENIZER_VALUES has them. */
export const KERNEL_OUTPUT_VALUES = 2;
/** Pairs of a key and another text, `u32 bytes | u32 bytes | key | text`; see src/shared/pairs.ts. */
export const KERNEL_OUTPUT_PAIRS = 3;
/** The same pairs, of which the thread makes registers of a sketch for each key. */
export const KERNEL_OUTPUT_REGISTERS = 4;
/**
 * Value records whose values the module combines: the thread makes pairs of key and value of what
 * mr_map emits, and of what mr_combine makes of such pairs; what mr_finish makes are value records.
 */
export const KERNEL_OUTPUT_VALUE_PAIRS = 5;
export const KERNEL_OUTPUT_COMBINED = 6;
export const KERNEL_OUTPUT_FINISHED = 7;

/**
 * The text of TOKENIZER_DRAINED stands behind a header of two words: what it is, and a number.
 *
 *   DRAINED_CHECKED  0      key records, as TOKENIZER_KEYS has them
 *   DRAINED_KEYS     0      the same, which nobody has checked
 *   address          bytes  windows of the text there, which nobody has checked
 *
 * In jobs with values number_layout.ts has the forms.
 *
 * Windows: u32 base | u32 count | count × (u16 start | u16 end), repeated. Each slice is one token;
 * `base` is an offset in that text, starts and ends are relative to it.
 */
export const DRAINED_HEADER_BYTES = 8;
export const DRAINED_CHECKED = 0;
export const DRAINED_KEYS = 1;

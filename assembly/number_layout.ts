// Jobs of VALUE_NUMBER and OP_STATS: what their value records and their values consist of. Records are
// written by kernels of the server, values by the kernel that counts; the host reads values. Untyped
// integer constants only, as in layout.ts.

/**
 * Added to VALUE_NUMBER: what rows are ordered by; that a sum of too many digits fails the job; that value
 * records are those of segments, which hold values that are put together already; and that the least or
 * the greatest number is told: else both are left 0.
 */
export const STATS_SUM = 0;
export const STATS_MIN = 1;
export const STATS_MAX = 2;
export const STATS_AVG = 3;
export const STATS_COUNT = 4;
export const STATS_MASK = 7;
export const STATS_BOUND = 8;
export const STATS_MADE = 16;
export const STATS_EXTREMES = 32;

/**
 * In value records, the bytes of the key have NUMBER_SCALE_SHIFT bits. Above them stands how many
 * fraction digits the number has, at most MOST_SCALE: it is so many units of the last one.
 */
export const NUMBER_KEY_BYTES_MASK = 0x03ffffff;
export const NUMBER_SCALE_SHIFT = 26;
export const NUMBER_SCALE_MASK = 31;
export const MOST_SCALE = 18;

/**
 * A value record of SLICE_BYTES has in place of its key where that stands in the chunk: a u32 behind
 * the length, which is at most MOST_SLICE: masks of keys reach no further. Such records follow the header
 * of TOKENIZER_DRAINED in jobs with values, where it names a text; else whole value records follow it.
 */
export const SLICE_BYTES = 16;
export const SLICE_START = 12;
export const MOST_SLICE = 8192;

/**
 * Words of a value, u64 or i64; assembly/values/stats.ts has the rules. The rank has two words, of which
 * in records the first stands before the key, and all others behind it, from RANK_HIGH on.
 */
export const RANK_LOW = 0;
export const RANK_HIGH = 8;
export const SUM_LOW = 16;
/** Below SCALE_SHIFT the count; above, the scale of all numbers, and NUMBERS_ARE_WIDE. */
export const STATS_COUNTED = 24;
export const LEAST_LOW = 32;
export const GREATEST_LOW = 40;
/** From here on all words are 0 but where NUMBERS_ARE_WIDE. */
export const SUM_HIGH = 48;
export const SUM_TOP = 56;
export const LEAST_HIGH = 64;
export const GREATEST_HIGH = 72;
export const STATS_BYTES = 80;
export const SCALE_SHIFT = 56;
export const NUMBERS_ARE_WIDE = 0x80;
/** In a table, the words from SUM_HIGH on stand so far behind their places. */
export const HIGH_WORDS_APART = 2016;

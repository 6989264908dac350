// Where the parts of a compiled regular expression lie. The host writes the tables (src/records/regex)
// and the kernel walks them (assembly/records/regex.ts). Untyped integer constants only.

// Header: u32 fields, offsets in bytes from the begin of the tables.
export const REGEX_VERSION = 1;
export const REGEX_VERSION_AT = 0;
export const REGEX_START_ROW = 4;
export const REGEX_OPS = 8;
/** u8 for each byte: its class. */
export const REGEX_CLASSES = 16;
export const REGEX_ROWS = REGEX_CLASSES + 256;

/**
 * A row per state: three ranges of bytes, first and last, that leave it; how many there are; padding;
 * an entry for the end of the text; an entry for each class of bytes.
 */
export const ROW_RANGES = 0;
export const ROW_RANGE_COUNT = 6;
/** Of a state that more than three ranges leave: nothing is gained by looking for them. */
export const ROW_NO_RANGES = 255;
export const ROW_END = 8;
export const ROW_ENTRIES = 12;
/** An entry: the next state's row in words behind REGEX_ROWS, and above it the word of its operations. */
export const ENTRY_ROW_BITS = 18;
/** The row that no match is reached from. */
export const DEAD_ROW = 0;

/** Operations: u16 of how many there are, with a bit for a match; u16 each: register, source above it. */
export const OPS_MATCH = 0x8000;
/** Sources that are no registers: where the walker is, and nowhere. */
export const SOURCE_POSITION = 255;
export const SOURCE_NONE = 254;
/** Registers of the answer: where it starts and ends. Threads have the others. */
export const REGISTER_START = 0;
export const REGISTER_END = 1;
export const FIRST_THREAD_REGISTER = 2;
/** A register for moves in circles. */
export const REGISTER_SPARE = 253;

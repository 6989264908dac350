// What a plan of src/records says, in numbers that asc and Deno compile: untyped constants, nothing else.

export const PLAN_VERSION = 2;

export const RECORDS_LINE = 0;
/** Rows (RFC 4180): a line feed in quotes ends none. */
export const RECORDS_CSV = 1;
/** Blank lines stand between them. */
export const RECORDS_PARAGRAPH = 2;
/** A chunk is one record. */
export const RECORDS_CHUNK = 3;
/** So many bytes each. */
export const RECORDS_FIXED = 4;
/** Lines, of which blank ones are no records. */
export const RECORDS_NDJSON = 5;
/** The words that a tokenizer finds. */
export const RECORDS_WORD = 6;

export const EXTRACT_RECORD = 0;
export const EXTRACT_COLUMN = 1;
export const EXTRACT_FIELD = 2;
export const EXTRACT_JSON = 3;
export const EXTRACT_REGEX = 4;
export const EXTRACT_TEMPLATE = 5;
export const EXTRACT_TIME = 6;
/** The name of the part of the input that the chunk is of. */
export const EXTRACT_PART = 7;
/** Most extractors of a plan. */
export const MOST_EXTRACTORS = 256;
/** In place of the number of an extractor. */
export const NO_EXTRACTOR = 0xffffffff;

/** The words of a plan, in order: offsets in bytes. */
export const PLAN_RECORDS = 4;
export const PLAN_FIXED_BYTES = 8;
export const PLAN_DELIMITER = 12;
/** One of PLAN_COUNTS to PLAN_PAIRS. */
export const PLAN_OUTPUT = 16;
/** 1 if broken records are left out, 0 if they fail the job. */
export const PLAN_SKIPS = 20;
export const PLAN_EXTRACTORS = 24;
/** How many of those, the first ones, are columns or fields that are found with the records. */
export const PLAN_SEPARATED = 28;
export const PLAN_KEYS = 32;
export const PLAN_VALUE = 36;
export const PLAN_CONDITIONS = 40;
/** The first word of the tree of JSON's paths. */
export const PLAN_PATHS = 44;
/** Where the automaton of literals stands, each occurrence of which is a key, and its bytes; 0 if there is none. */
export const PLAN_LITERALS = 48;
/** The extractor whose text is cut into words, each of which is the last key; NO_EXTRACTOR for none. */
export const PLAN_CUT = 56;
/** How words are found: one of TOKENIZER_UNICODE to TOKENIZER_LINES. */
export const PLAN_TOKENIZER = 60;
/** FLAG_KEEP_CR is for that; FLAG_FOLD and FLAG_NFC say which form the last key is brought to. */
export const PLAN_WORD_FLAGS = 64;
/** Whether chunks come with the names of their parts. */
export const PLAN_NAMES_PARTS = 68;
/** Extractors of three words, keys of one, and conditions of four follow. */
export const PLAN_LISTS = 72;
export const EXTRACTOR_BYTES = 12;
export const CONDITION_BYTES = 16;

/** Of EXTRACT_TIME, at the offset that its second word has: the extractor of its text. */
export const TIME_SLOT = 0;
/** One of UNIT_SECOND to UNIT_MONTH, and how many of them a bucket has. */
export const TIME_UNIT = 4;
export const TIME_COUNT = 8;
export const TIME_SEGMENTS = 12;
/** i64: from here on, in seconds since 1970, nothing is known of the zone. */
export const TIME_UNTIL = 16;
/** The kernel's own: the latest bucket, in which part of time it stays the same, and its text. */
export const TIME_KEPT_FROM = 24;
export const TIME_KEPT_TO = 32;
export const TIME_KEPT_TEXT = 40;
/** Segments of the zone: i64 begin in seconds since 1970, i64 offset of the wall clock in seconds. */
export const TIME_LISTS = 72;
export const TIME_SEGMENT_BYTES = 16;

/** Seconds divide a day. */
export const UNIT_SECOND = 0;
export const UNIT_WEEK = 1;
/** Months divide a year. */
export const UNIT_MONTH = 2;

export const PLAN_COUNTS = 0;
export const PLAN_VALUES = 1;
export const PLAN_PAIRS = 2;

/** Their numbers in a plan. */
export const OP_EQUAL = 0;
export const OP_UNEQUAL = 1;
export const OP_BEGINS = 2;
export const OP_CONTAINS = 3;
export const OP_MATCHES = 4;
export const OP_LESS = 5;
export const OP_AT_MOST = 6;
export const OP_MORE = 7;
export const OP_AT_LEAST = 8;

/** Forms of what a chunk gives; assembly/records/output.ts says what they hold. */
export const FORM_KEYS = 0;
export const FORM_WINDOWS = 1;
export const FORM_VALUES = 2;
export const FORM_PAIRS = 3;
export const FORM_SLICES = 4;

/** What the records of a chunk were, at the address that `mr_tallies` gives: u32 each. */
export const TALLY_RECORDS = 0;
/** Without a part of their key. */
export const TALLY_MISSING = 4;
/** Whose value is no number, or is not there. */
export const TALLY_NOT_NUMBERS = 8;
/** Broken ones that were left out, and where the first of them begin. */
export const TALLY_SKIPPED = 12;
export const TALLY_SKIPPED_AT = 16;
export const MOST_SKIPPED_AT = 5;
/** Line feeds of the chunk, wherever they stand. */
export const TALLY_LINE_FEEDS = 36;
export const TALLY_BYTES = 40;

/** What is wrong with a record that ends its chunk: a quote is left open. */
export const BROKEN_QUOTE = 1;
/** It is no JSON. */
export const BROKEN_JSON = 2;
/** It is no UTF-8. */
export const BROKEN_UTF8 = 3;

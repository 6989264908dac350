// Where the parts of a counting table lie. Kernels own the tables, and the host looks at them while
// they count. Untyped integer constants only, as in layout.ts; table/table_header.ts has the rules.

// Header: u32 fields, each tier's four in a row.
export const TIER_BASE = 0;
export const TIER_BITS = 4;
export const TIER_USED = 8;
/** Pages of the tier's own span, 0 while it lies in the first page. */
export const TIER_PAGES = 12;
export const TABLE_SHORT = 0;
export const TABLE_MEDIUM = 16;
export const TABLE_LONG = 32;

/** Address of the queues of the short tier, or 0; and where in these is what tests look at. */
export const TABLE_QUEUES = 100;
export const QUEUES_CLOSED = 8;
export const QUEUES_FILLS = 16;
/** As many high bits of a hash choose the queue of a key. */
export const QUEUE_REGION_BITS = 8;

/** Keys of 1 to 12 bytes: u64 low | u32 high | u32 count. */
export const SHORT_ENTRY_BYTES = 16;
export const SHORT_COUNT = 12;
/** Keys of 13 to 28 bytes: u64 × 3 and u32 of key | u32 count. */
export const MEDIUM_ENTRY_BYTES = 32;
export const MEDIUM_COUNT = 28;
/** The rest: u32 hash | u32 bytes | u32 address of the key | u32 count. */
export const LONG_ENTRY_BYTES = 16;
export const LONG_KEY_BYTES = 4;
export const LONG_KEY = 8;
export const LONG_COUNT = 12;

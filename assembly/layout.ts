// The shared memory, declared once. asc compiles this file into every kernel and Deno imports
// it on the host, so it holds untyped integer constants and nothing else.
//
//  address    region       stored by                  meaning
//  0x000000   guard        nobody                     a null pointer reads zeroes
//  0x000400   static data  the build                  constant tables of the kernel
//  0x040000   control      as declared per word       stop word, seeds, doorbells, queue heads
//  0x042000   task slots   host, then the taker       TASK_CAPACITY × TASK_SLOT_BYTES
//  0x050000   workers      that worker                statistics and result ring of each place
//  0x070000   tasks        see below                  TASK_RECORD_CAPACITY × TASK_BYTES
//  0x160000   jobs         host, then its workers     JOB_CAPACITY × JOB_BYTES
//  0x1a0000   page map     the page's owner (CAS)     one word per 64 KiB page of the memory
//  0x200000   pages        the page's owner           input slots, scratch, tables, runs, segments
//
// Hot words sit LINE bytes apart: CPUs prefetch 64-byte lines in pairs.

export const LINE = 128;
export const ABI_VERSION = 5;

export const STATIC_BASE = 0x400;

// ---- control: one word per line -------------------------------------------------------------
export const CONTROL = 0x40000;
/** host: 0 while the engine runs, 1 when every worker must return. */
export const STOP = CONTROL;
/** any worker (add): counts published results; the host waits on it. */
export const DOORBELL = CONTROL + LINE;
/** any worker (CAS): ticket of the next take. */
export const TASK_HEAD = CONTROL + 2 * LINE;
/** host: ticket of the next push. */
export const TASK_TAIL = CONTROL + 3 * LINE;
/** host (add): changes with every push; idle workers wait on it. */
export const TASK_BELL = CONTROL + 4 * LINE;
/** any worker (add): how many workers wait on TASK_BELL. */
export const TASK_WAITERS = CONTROL + 5 * LINE;
/** the worker that spins (CAS), or the host when that worker has died: 1 + the worker's place, or 0. */
export const TASK_SPINNER = CONTROL + 12 * LINE;
/** host, once: pages in the memory. */
export const PAGE_COUNT = CONTROL + 6 * LINE;
/** a faulting kernel: source line of the failed assertion. */
export const FAULT_LINE = CONTROL + 7 * LINE;
/** host: how workers wake the host, a DoorbellMode; and the word that a worker notifies to try it. */
export const DOORBELL_MODE = CONTROL + 10 * LINE;
export const DOORBELL_PROBE = CONTROL + 11 * LINE;
/** host, once: 8 random odd 64-bit multipliers that seed every hash of this engine. */
export const SEEDS = CONTROL + 8 * LINE;
/** host, once: first page of the workers' reserves and the page behind the last; see pages.ts. */
export const RESERVE_FIRST = CONTROL + 9 * LINE;
export const RESERVE_END = RESERVE_FIRST + 4;

// ---- task queue -------------------------------------------------------------------------------
export const TASK_SLOTS = 0x42000;
export const TASK_CAPACITY = 512;
export const TASK_SLOT_BYTES = 64;

// ---- workers ----------------------------------------------------------------------------------
// A place is all that one thread writes to: header, ring, kernel scratch, a table in every job. A
// thread that was given up keeps its place while it may still write; its successor gets another.
export const WORKERS = 0x50000;
export const WORKER_CAPACITY = 64;
/** No thread that replaces another gets a place from here on; lost threads' tables are moved there. */
export const SPARE_TABLES = 60;
export const WORKER_BYTES = 0x800; // one header of 0x400 and the ring
/** Offsets in a place's header. host: next result to read; worker: next result to write. */
export const WORKER_RING_HEAD = 0;
export const WORKER_RING_TAIL = LINE;
/** u32, worker: 1 while it has a task; any thread may read it. */
export const WORKER_BUSY = 2 * LINE;
/** u32, host: 1 when the thread was given up and must leave. */
export const WORKER_RETIRED = 4 * LINE;
/**
 * u32 each, worker, wrapping: tasks finished; exchanges of the queue's head that another worker
 * won; tickets whose task was gone; sleeps; rings of the doorbell.
 */
export const WORKER_TASKS = 3 * LINE;
export const WORKER_MISSES = 3 * LINE + 4;
export const WORKER_STALE = 3 * LINE + 8;
export const WORKER_SLEEPS = 3 * LINE + 12;
export const WORKER_RINGS = 3 * LINE + 16;
export const RING_OFFSET = 0x400;
export const RING_CAPACITY = 256;
export const RING_SLOT_BYTES = 4;

// ---- tasks: one record for each task that is out ------------------------------------------------
export const TASKS = 0x70000;
export const TASK_RECORD_CAPACITY = 256;
export const TASK_BYTES = 0x100;
/** u32 each, host, before the state says TASK_READY: what to do. */
export const TASK_KIND = 0;
export const TASK_JOB = 4;
export const TASK_EPOCH = 8;
export const TASK_PART = 12;
export const TASK_START = 16;
export const TASK_TEXT_BYTES = 20;
/** u32, by compare-exchange only: generation << 9 | place << 3 | one of TASK_FREE to TASK_LOST. */
export const TASK_STATE = LINE;
/**
 * u32 each, the worker that counts: bytes of the chunk's text, or of its repaired copy, that are
 * counted, and the tokens in them.
 */
export const TASK_OFFSET = LINE + 4;
export const TASK_OFFSET_TOKENS = LINE + 8;
/** u32 each, the worker that counts: the results of the task. */
export const TASK_TOKENS = LINE + 36;
export const TASK_STATUS = LINE + 12;
export const TASK_REPLACED = LINE + 16;
export const TASK_BAD_OFFSET = LINE + 20;
export const TASK_EDGES = LINE + 24;
export const TASK_EDGES_BYTES = LINE + 28;
export const TASK_MICROS = LINE + 32;

/**
 * u32 each, the worker that counts a user kernel's chunk: bytes and digest of the packed keys that
 * TASK_OFFSET is an offset in.
 */
export const TASK_KEYS_BYTES = LINE + 40;
export const TASK_KEYS_DIGEST = LINE + 44;
/** u32 each, likewise: microseconds that user code ran for the chunk, and pages of its memory. */
export const TASK_KERNEL_MICROS = LINE + 48;
export const TASK_KERNEL_PAGES = LINE + 52;
/** u32, host and then the worker that counts records: 1 if TASK_TALLIES has tallies, 2 if a fault; 0 if nothing. */
export const TASK_TALLIED = LINE + 56;
export const TASK_TALLIES = LINE + 60;

/** A task's life; src/shared/task_records.ts has its rules. */
export const TASK_FREE = 0;
export const TASK_READY = 1;
export const TASK_CLAIMED = 2;
export const TASK_COUNTING = 3;
export const TASK_DONE = 4;
export const TASK_ASKED = 5;
export const TASK_CLEAN = 6;
export const TASK_LOST = 7;
export const TASK_PHASE_MASK = 7;
export const TASK_PLACE_SHIFT = 3;
export const TASK_GENERATION_SHIFT = 9;

// ---- jobs -------------------------------------------------------------------------------------
export const JOBS = 0x160000;
export const JOB_CAPACITY = 256;
export const JOB_BYTES = 0x400;

// Offsets in a job record. The host stores the first part before the job's first task.
/** u32, host: JOB_FREE, JOB_RUNNING or JOB_STOPPED; kernels poll it once per sub-block. */
export const JOB_STATE = 0;
export const JOB_EPOCH = 4;
/** u32, host: one of TOKENIZER_*. */
export const JOB_TOKENIZER = 8;
/** u32, host: FLAG_* bits. */
export const JOB_FLAGS = 12;
/** u32, host: words per key, 1 to 5. */
export const JOB_NGRAM = 16;
/** u32, host: 2^bits partitions of the hash, at most PARTITION_CAPACITY. Stored before the reduce, or with FLAG_SCATTER before all. */
export const JOB_PARTITION_BITS = 20;
/** u32, host: one of ORDER_*. */
export const JOB_ORDER = 24;
/** u32, host: how many keys the segment may hold; 0 for all. */
export const JOB_TOP = 28;
/** u64, host: least and most count that reach the segment, 0 for no bound; not of jobs with values. */
export const JOB_MIN_COUNT = 32;
export const JOB_MAX_COUNT = 952;
/** u32, host: least and most code points in a key; 0 for no bound. */
export const JOB_MIN_CHARS = 40;
export const JOB_MAX_CHARS = 44;
/** u32, host: address and bytes of a prefix that every key must have, or 0. */
export const JOB_PREFIX = 48;
export const JOB_PREFIX_BYTES = 52;
/** u32, host: address and bytes of stop words as key records (u32 bytes, folded key), or 0. */
export const JOB_STOP_WORDS = 56;
export const JOB_STOP_WORDS_BYTES = 60;
/** u32, host: most pages that the job may hold; any worker (add): pages it holds. */
export const JOB_PAGE_LIMIT = 64;
export const JOB_PAGES = 68;
/** u32, the finishing worker: the segment's address, bytes, keys and pages. */
export const JOB_SEGMENT = 72;
export const JOB_SEGMENT_BYTES = 76;
export const JOB_SEGMENT_KEYS = 80;
export const JOB_SEGMENT_PAGES = 84;
/** u32, reducing workers (add): distinct keys that pass the filters. */
export const JOB_DISTINCT = 88;
/** JOB_LOCALE_BYTES bytes of ASCII, host: language of the text, when FLAG_ICU is set. */
export const JOB_LOCALE = 92;
export const JOB_LOCALE_BYTES = 36;
/** u32 × WORKER_CAPACITY, each by its worker: address of the worker's table, or 0. */
export const JOB_TABLES = 128;
/** u32 × PARTITION_CAPACITY, each by its reducing worker: address of the ordered run, or 0. */
export const JOB_RUNS = 384;
export const PARTITION_CAPACITY = 64;

// What the job writes to disk, at the record's end.
/** u32, host: most pages of one table while chunks are counted; 0 for no bound. */
export const JOB_TABLE_PAGES = 960;
/** u32, host: 2^bits partitions of the hash on disk. */
export const JOB_SPILL_BITS = 964;
/** u32, host: address of the page of approx_layout.ts; 0 in a job that counts exactly. */
export const JOB_APPROX = 948;
/** u32, any worker: not 0 once the job reduces from disk. */
export const JOB_SPILLS = 968;
/** u32, any worker (add): sorted runs written while chunks were counted. */
export const JOB_SPILLED_RUNS = 972;
/** u64, any worker (add): bytes written to disk. */
export const JOB_SPILLED_BYTES = 976;
/**
 * u64, reducing workers (add): sum of the counts of the keys in JOB_DISTINCT; 0 in a job with
 * values.
 */
export const JOB_COUNTED = 984;
/** u32, host: one of OP_*, which combines the values of a key; and their type by VALUE_*. */
export const JOB_OP = 1012;
export const JOB_VALUE_TYPE = 1016;

// The user kernel of the job, for its workers; the built-in kernels do not look at these words.
/** u32, host: address of the SHA-256 (JOB_KERNEL_HASH_BYTES) that the module follows, or 0; the module's bytes. */
export const JOB_KERNEL = 992;
export const JOB_KERNEL_BYTES = 996;
export const JOB_KERNEL_HASH_BYTES = 32;
/** u32, host: address and bytes of the module's options, JSON. */
export const JOB_KERNEL_OPTIONS = 1000;
export const JOB_KERNEL_OPTIONS_BYTES = 1004;
/** u32, host: what the module drains, one of KERNEL_OUTPUT_* of drain_layout.ts. */
export const JOB_KERNEL_OUTPUT = 1008;
/** u32, host: 1 if chunks must be UTF-8 before the module sees them. */
export const JOB_KERNEL_TAKES_TEXT = 1020;

export const JOB_FREE = 0;
export const JOB_RUNNING = 1;
export const JOB_STOPPED = 2;

export const TOKENIZER_UNICODE = 0;
export const TOKENIZER_WHITESPACE = 1;
export const TOKENIZER_ASCII = 2;
export const TOKENIZER_LINES = 3;
/** The text is key records (u32 bytes, key), each one token; KEY_BEGINS_LINE may be in the bytes. */
export const TOKENIZER_KEYS = 4;
/**
 * The text is value records, each one token: 8 bytes of the value | u32 bytes | key | zero padding
 * to a multiple of 8 from the record's start. No key has more bytes than KEY_BYTES_MASK.
 */
export const TOKENIZER_VALUES = 5;
export const VALUE_KEY_BYTES = 8;
/** The text is what a kernel has drained; drain_layout.ts has its form. */
export const TOKENIZER_DRAINED = 6;
export const VALUE_KEY = 12;
/** Says that a line feed stands between this key and the one before. */
export const KEY_BEGINS_LINE = 0x80000000;
export const KEY_BYTES_MASK = 0x7fffffff;

export const FLAG_FOLD = 1;
export const FLAG_NFC = 2;
export const FLAG_REJECT_INVALID = 4;
export const FLAG_LINE_BOUND = 8;
/** The worker cuts the text into key records by ICU before the kernel sees it. */
export const FLAG_ICU = 16;
/** A CR before an LF is part of the line. */
export const FLAG_KEEP_CR = 32;
/** The kernel looks for stop words among the tokens of a key; TOKEN_SEPARATOR stands between them. */
export const FLAG_STOP_TOKENS = 64;
/** Keys are left out only if all of their tokens are stop words, and not if one is. */
export const FLAG_STOP_ALL = 128;
/** The worker makes keys of records by the job's kernel, which is one of ours. */
export const FLAG_RECORDS = 256;
/** The last part of a key is a word, and filters are for it. */
export const FLAG_LAST_PART = 512;
/**
 * Value records go to the runs of their partitions as they come, and only the reduce combines them.
 * JOB_PARTITION_BITS is set before the first task.
 */
export const FLAG_SCATTER = 1024;

/** Stands between tokens in place of a space; no token can hold this byte, as some hold spaces. */
export const TOKEN_SEPARATOR = 0xff;
/** Stands between the parts of a key, and in front of what stands for a byte up to it: src/contract/compound_keys.ts. */
export const PART_SEPARATOR = 1;
export const PART_ESCAPE = 2;

/** By count, the largest first, then by key; by key; by a signed, a double or a wide value likewise. */
export const ORDER_COUNT = 0;
export const ORDER_KEY = 1;
export const ORDER_I64 = 2;
export const ORDER_F64 = 3;
export const ORDER_WIDE = 4;

/** What a job does with the values of a key. OP_COUNT counts tokens and looks at no value. */
export const OP_COUNT = 0;
export const OP_SUM = 1;
export const OP_MIN = 2;
export const OP_MAX = 3;
export const OP_AVG = 4;
/** All of these at once, of values of VALUE_NUMBER. */
export const OP_STATS = 5;
/** The type of the values in the chunks. Those in the segment have it too, but an average is f64. */
export const VALUE_I64 = 1;
export const VALUE_F64 = 2;
/** Decimals: the number of fraction digits, 0 to 18, is added. They are i64, units of the last digit. */
export const VALUE_DECIMAL = 16;
/** Decimals that say how many fraction digits they have: see number_layout.ts, also for what is added. */
export const VALUE_NUMBER = 64;

// ---- page map and pages -----------------------------------------------------------------------
export const PAGE_MAP = 0x1a0000;
export const PAGE_BYTES = 0x10000;
export const PAGE_CAPACITY = 65536;
export const PAGES = 0x200000;
/** A page's word: never used and zero; free and dirty; the engine's; PAGE_JOB + job index. */
export const PAGE_FRESH = 0;
export const PAGE_DIRTY = 1;
export const PAGE_ENGINE = 2;
export const PAGE_JOB = 3;

// ---- kernel scratch: one per kernel instance, SCRATCH_BYTES long --------------------------------
export const SCRATCH_BYTES = 0x80000;
/** u64, kernel: tokens counted by the last mapChunk. */
export const SCRATCH_TOKENS = 0;
/** u32, kernel: U+FFFD replacements made by the last mapChunk. */
export const SCRATCH_REPLACED = 8;
/**
 * u32, kernel: byte offset of the first invalid sequence, when the status is INVALID_UTF8; of a record
 * that is refused, when it is VALUE_REFUSED or RECORDS_TORN.
 */
export const SCRATCH_BAD_OFFSET = 12;
/** u32, kernel: address and bytes of the chunk's edge words, when n-grams cross chunks. */
export const SCRATCH_EDGES = 16;
export const SCRATCH_EDGES_BYTES = 20;
/** u32, the thread and its kernel: they change it as long as they make progress; wraps. */
export const SCRATCH_BEAT = 24;
/** u32, the thread: it changes with each write of a spill; wraps. */
export const SCRATCH_SPILL_WRITES = 28;
/** u32, kernel: bytes that the last mergeNext finished in its output. */
export const SCRATCH_MERGED_BYTES = 32;
/** u32, kernel: index of the input that mergeNext needs more of. */
export const SCRATCH_MERGE_INPUT = 36;
/** u32, kernel: bytes that mergeNext needs at once, of that input or of its output. */
export const SCRATCH_MERGE_NEEDED = 40;
/** u32, kernel: records that the merge has finished, and distinct keys that it has seen. */
export const SCRATCH_MERGED_KEYS = 44;
export const SCRATCH_MERGED_DISTINCT = 48;
/** u32, kernel: records of the batch in hand. */
export const SCRATCH_BATCH_KEYS = 52;
/** u64, kernel: sum of the counts of the keys in SCRATCH_MERGED_DISTINCT. */
export const SCRATCH_MERGED_COUNTED = 56;
/** First byte that the kernel may use as it likes. */
export const SCRATCH_FREE = 128;

/** Inputs of a merge, in the scratch: the words that reader and kernel keep for each input. */
export const SCRATCH_INPUTS = 0x60000;
export const INPUT_CAPACITY = 1024;
export const INPUT_BYTES = 16;
/** u32, reader and kernel: address of the next record; reader: end of what is there. */
export const INPUT_NEXT = 0;
export const INPUT_END = 4;
/** u32, reader: not 0 when more follows behind the end. */
export const INPUT_MORE = 8;

/** A batch begins with the bytes of its sections, u32 × PARTITION_CAPACITY. */
export const BATCH_HEADER_BYTES = 256;

/** Readable bytes that the caller keeps zero after every text. */
export const TEXT_PADDING = 128;

// ---- status of a kernel call --------------------------------------------------------------------
export const OK = 0;
/** No pages left, for the job or at all; nothing is lost, the same call continues. */
export const OUT_OF_PAGES = 1;
/** The job's state left JOB_RUNNING. */
export const STOPPED = 2;
/** The text is not UTF-8 and the job has FLAG_REJECT_INVALID. */
export const INVALID_UTF8 = 3;
/** The output region is too small. */
export const OUTPUT_FULL = 4;
/** The task was taken away from this thread, which must not touch shared memory for it again. */
export const FENCED = 5;
/** A merge has used up an input that goes on. */
export const INPUT_USED_UP = 6;
/** The value of a key is out of the range of its type. */
export const VALUE_OVERFLOW = 7;
/** A value of a chunk is NaN or infinite. */
export const VALUE_REFUSED = 8;
/** A chunk of value records ends within one. */
export const RECORDS_TORN = 9;
/** Something that was drained is cut off, or no text in UTF-8 that may be a key; nothing is counted. */
export const DRAINED_ODD = 10;

// ---- what a merge does: bits of openMerge's `rule` ----------------------------------------------
/** Equal keys become one record; the inputs are ordered by key. */
export const MERGE_SUMS = 1;
/**
 * No merge that sums follows. Together with MERGE_SUMS, each value is then what the answer shows;
 * without it, records lose what only sums need, as in the segment.
 */
export const MERGE_LAST = 2;

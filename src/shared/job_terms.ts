/** What a job counts, in the numbers of `assembly/layout.ts`, as far as it does not depend on its text. */
export interface CountTerms {
  /** One of TOKENIZER_*. */
  readonly tokenizer: number;
  /** Words per key. */
  readonly n: number;
  /** One of ORDER_*. */
  readonly order: number;
  /** Most keys of the answer; 0 for all. */
  readonly top: number;
  /** One of OP_*; OP_COUNT counts and has no values. */
  readonly op: number;
  /** One of VALUE_*: the type of the values in the chunks, if the job has some. */
  readonly valueType: number;
  /** Least count of a key in the answer; exact up to 2^53 - 1. Without effect on values. */
  readonly minCount: number;
  /** Most count, likewise; 0 for no bound. */
  readonly maxCount: number;
  /** Least and most code points of a key; 0 for no bound. */
  readonly minChars: number;
  readonly maxChars: number;
  /** Language of the text where ICU cuts it, in ASCII; else empty. */
  readonly locale: string;
}

/** What a job may use. */
export interface JobRoom {
  /** Most pages that the job may hold. */
  readonly pageLimit: number;
  /** Most pages of one of its tables while chunks are counted; 0 for no bound. */
  readonly tablePages: number;
  /** Partitions on disk, log 2. */
  readonly spillBits: number;
}

/** The filters of a job as kernels read them. */
export interface EncodedFilters {
  /** UTF-8 of the prefix. */
  readonly prefix: Uint8Array;
  /** Packed keys, `u32 bytes | key`, unpadded: folded, since that is how they are compared. */
  readonly stopWords: Uint8Array;
}

/** A user kernel as workers read it. */
export interface EncodedKernel {
  /** SHA-256 of the module. */
  readonly hash: Uint8Array;
  readonly module: Uint8Array;
  /** JSON, UTF-8. */
  readonly options: Uint8Array;
  /** One of KERNEL_OUTPUT_*. */
  readonly output: number;
  /** Whether chunks must be UTF-8 before the module sees them. */
  readonly takesText: boolean;
}

/** What a job has written to disk, where its keys outgrew memory. */
export interface SpillSums {
  /** Sorted runs of keys that left memory. */
  runs: number;
  /** All bytes written, those of merges included. */
  bytes: number;
}

export const NOTHING_SPILLED: Readonly<SpillSums> = Object.freeze({ runs: 0, bytes: 0 });

export function addSpilled(a: SpillSums, b: SpillSums): SpillSums {
  return { runs: a.runs + b.runs, bytes: a.bytes + b.bytes };
}

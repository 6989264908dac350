import type { Score } from "./collocation_options.ts";
import type { Measure, Side } from "./compare_options.ts";
import type { KernelChoice, KernelOption, PairOp, ValueOp, ValueType } from "./kernel_manifest.ts";
import type { JOB_STATES } from "./job_states.ts";
import type { Right } from "./rights.ts";
import type { SplitCounters } from "./split_counters.ts";
import type { Aggregate, Stats } from "./stats.ts";
import type { Column, CountOptions, OutputOptions } from "./options.ts";

/** Where a job stands. */
export type JobState = typeof JOB_STATES[number];

/** Sums over the whole input. */
export interface Totals {
  /** Bytes of input, as received. */
  bytes: number;
  /** Tokens that the tokenizer found. */
  tokens: number;
  /** Distinct keys, before `min` and `top` cut the list; an estimate where keys have left memory. */
  keys: number;
  /** Sum of the counts of those keys. None of values, and in results of releases before 0.2. */
  counted?: number;
  /** Invalid UTF-8 sequences that were read as U+FFFD. */
  replacements: number;
}

/** Where the time went, in milliseconds of wall time. */
export interface StageTimes {
  /** From the first byte to the last byte of input in shared memory. */
  read: number;
  /** From the first chunk's dispatch to the last chunk's count. */
  map: number;
  /** From the last count to the ordered segment. */
  reduce: number;
  /** From submission to the segment. */
  total: number;
}

/** Whether every byte that was read was counted, once. */
export interface Accounting {
  /** Bytes of text that were handed out in chunks. */
  bytesIn: number;
  /** Bytes of the chunks that were counted, each the first time that it was done: equal to `bytesIn`. */
  bytesCounted: number;
  /** How often the text was counted from its beginning: 1 unless a worker was lost half-way. */
  runs: number;
  /** There when nodes of a cluster have counted it. */
  cluster?: ClusterAccounting;
}

/** How nodes have counted a text. */
export interface ClusterAccounting {
  /** Parts of the text that were counted apart. */
  splits: number;
  /** Nodes that have counted at least one. */
  nodes: number;
  /** Splits that were counted again, since what was counted of them was lost. */
  lost: number;
  /** Nodes that have put keys together. */
  reducers: number;
}

/** What a job has written to disk, where its keys outgrew memory. */
export interface Spilled {
  /** Sorted runs of keys that left memory. */
  runs: number;
  /** All bytes written, those of merges included. */
  bytes: number;
}

/** What stands beside a key in place of its count, where a kernel emits values. */
export type ResultValues = KernelValues | StatsValues;

export interface KernelValues {
  /** The number of values is a count. */
  op: Exclude<ValueOp, "count"> | PairOp;
  /** The type of what the result shows: an average is `f64`, whatever it is the average of. */
  type: ValueType;
}

/** What stands there where numbers of records are put together. */
export interface StatsValues extends Stats {
  op: "stats";
  type?: undefined;
}

/** How the keys of a result are divided, where borders were asked for. */
export interface Partition {
  kind: "range";
  /** The first key of every partition but the first. */
  borders: readonly string[];
  /** How many keys each partition holds, whatever rows are shown: one number more than borders. */
  keys: readonly number[];
  /** Sums of their counts. None of values, and in results that an older release has kept. */
  counted?: readonly number[];
}

/** How far a result may be from the truth, where keys have left memory. */
export interface ApproxReport {
  /** The most by which a count may be too low; no count is too high. 0 of an exact result. */
  bound: number;
  /** Standard error of `totals.keys`, as a share of it; 0 where that is exact. */
  keysError: number;
}

/** How much of something was used, and how much may be. */
export interface Used {
  used: number;
  limit: number;
}

/** The most that a client's kernel has used for a chunk, of what it may. */
export interface KernelUse {
  /** Milliseconds. */
  ms: Used;
  /** Bytes of the memory of one instance. */
  memory: Used;
  /** Bytes that it has handed out; the limit grows with the chunk. */
  output: Used;
}

/** What the records of a text were. */
export interface RecordReport {
  records: number;
  /** Records without a part of their key, which were not counted. */
  missing: number;
  /** Records whose value is no number, or is not there, which were not counted. */
  notNumbers: number;
  /** Broken records that were left out, and where the first ones begin in the text. */
  skipped: number;
  skippedAt: number[];
}

/** What the rows of a result consist of. */
export interface ResultShape {
  /** There when they hold values, and no counts. */
  values?: ResultValues;
  /** There when each key is put together of several parts: of how many. */
  keyParts?: number;
}

/** What a result says beside its keys and counts. */
export interface ResultReport extends ResultShape {
  totals: Totals;
  /** How the input was read: its encoding, and whether a byte order mark was dropped. */
  input: { charset: string; bomSkipped: boolean };
  chunks: number;
  /** Chunks run, retries included: equal to `chunks` when no worker failed. */
  attempts: number;
  accounting: Accounting;
  /** Workers that counted at least one chunk. */
  workers: number;
  ms: StageTimes;
  /** There when the job has spilled. */
  spilled?: Spilled;
  /** There with `mode=approx`. */
  approx?: ApproxReport;
  /** There when the job was told where to divide its keys. */
  partition?: Partition;
  /** There when a kernel of a client, or of the library, has made the keys. */
  kernelUse?: KernelUse;
  /** There when keys were made of records: what those were. */
  records?: RecordReport;
}

/** What of a job has been counted so far; starts over when the job has to. */
export interface JobCounters {
  bytes: number;
  chunks: number;
  tokens: number;
  /** There when servers of a cluster count parts of the texts. */
  splits?: SplitCounters;
}

/**
 * A key and how often it was counted.
 *
 * @typeParam Key `string[]` where keys are put together of several parts. @default {string}
 */
export interface KeyCount<Key = string> {
  key: Key;
  count: number;
}

/** A key and its value, where a kernel emits values or numbers are put together. */
export interface KeyValue<Key = string> {
  key: Key;
  /** The document has all digits of an `i64` or a decimal: more than a number of JavaScript may hold. */
  value: number;
}

/** A key and what is told of its numbers, where that is more than one thing. */
export type KeyStats<Key = string> = { key: Key } & Partial<Record<Aggregate, number>>;

/** A row of a result: key, count or value, and the columns that were asked for. */
export type ResultRow<Key = string> =
  & (
    | (KeyCount<Key> & { value?: undefined })
    | (KeyValue<Key> & { count?: undefined })
    | (KeyStats<Key> & { value?: undefined })
  )
  & Partial<Record<Column, number>>;

/** A result as JSON, or a page of it. */
export interface ResultDocument extends ResultReport {
  /** The options in effect, with what `auto` has come to be. */
  options: CountOptions & { kernel?: KernelChoice };
  counts: ResultRow[];
  /** Keys that the document does not show; the same as `otherKeys`. */
  truncated: number;
  otherKeys: number;
  /** Sum of their counts. None of values, and in results of releases before 0.2. */
  otherCount?: number;
  /** Address of the next page, where there is one. */
  next?: string;
}

/** Two results beside each other as JSON, or a page of them. */
export interface ComparisonDocument {
  a: ComparedResult;
  b: ComparedResult;
  /** What the rows are ordered by, the largest first. */
  measure: Measure;
  /** Which keys are shown. */
  in: Side;
  rows: ComparisonRow[];
  /** Keys of the comparison that are not in rows. */
  otherKeys: number;
  /** Address of the next page, where there is one. */
  next?: string;
}

/** A result that rows are made of. */
export interface ComparedResult {
  id: string;
  keys: number;
  counted: number;
}

/** A key with its counts in two results. */
export interface ComparisonRow {
  key: string;
  countA: number;
  countB: number;
  perMillionA: number;
  perMillionB: number;
  g2: number;
  logRatio: number;
  /** These two where the rows are ordered by them. */
  chi2?: number;
  diff?: number;
}

/** Scored pairs of words as JSON, or a page of them. */
export interface CollocationsDocument {
  job: ComparedResult;
  /** What the rows are ordered by, the largest first. */
  score: Score;
  /** Least count of a pair that is shown. */
  min: number;
  rows: CollocationRow[];
  /** Pairs of that count that are not in rows. */
  otherKeys: number;
  /** Address of the next page, where there is one. */
  next?: string;
}

/** A pair of words. */
export interface CollocationRow {
  key: string;
  count: number;
  /** Sums of the counts of all pairs with the same first word, and with the same second one. */
  countFirst: number;
  countSecond: number;
  pmi: number;
  logDice: number;
  tScore: number;
}

/** A result as JSON without its keys, where `only=totals` asks for that. */
export type TotalsDocument = Pick<
  ResultReport,
  "totals" | "values" | "records" | "approx"
>;

/** What a client is shown of a job. Times are of ISO 8601, in UTC. */
export interface JobDocument {
  id: string;
  state: JobState;
  createdAt: string;
  /** When the last attempt began. */
  startedAt: string;
  /** These two are there once the job has ended. */
  finishedAt?: string;
  expiresAt?: string;
  /** How often the job was begun, and appended to. */
  attempt: number;
  progress: JobCounters;
  /** There when the job is done. */
  totals?: Totals;
  /** There when the job is done and was told where to divide its keys. */
  partition?: Partition;
  /** There when the job puts results together: by the ids of their jobs, and how often each counts. */
  merge?: { jobs: readonly string[]; weights?: readonly number[] };
  /** How many parts were appended, if any. */
  parts?: number;
  options: CountOptions & OutputOptions & { kernel?: KernelChoice };
  /** There when the job failed or was cancelled. */
  error?: ProblemDocument;
  links: { self: string; result: string; events: string };
}

/** Some jobs of a client, the newest first. */
export interface JobListDocument {
  jobs: JobDocument[];
  /** `next` is there when the list may go on. */
  links: { next?: string };
}

/** What a client is shown of a kernel. */
export interface KernelDocument {
  /** SHA-256 of what was sent, in hexadecimal; or the name of one that comes with the server. */
  id: string;
  name: string;
  builtIn: boolean;
  abi: number;
  /** What `option.NAME` may say. */
  options: readonly KernelOption[];
  /** What the kernel is called with. */
  records?: string;
  /** Type of the values that the kernel emits, if it emits some. */
  value?: ValueType;
  /** What becomes of what it emits for one key, values or texts. */
  op?: ValueOp | PairOp;
  /** ISO 8601, in UTC; these three are there for kernels that a client has sent. */
  createdAt?: string;
  moduleBytes?: number;
  /** None where the client sent a module. */
  sourceBytes?: number;
  /** These two are there for the engine's own kernel: its tokenizers, and the parameters it reads. */
  tokenizers?: readonly string[];
  parameters?: readonly string[];
}

/** The kernels that a client's counts may run. */
export interface KernelListDocument {
  kernels: KernelDocument[];
  /** Whether the server compiles sources; else it takes modules alone. */
  compiles: boolean;
}

/** What a kernel makes of one record. */
export interface KernelTrialDocument {
  /** In the order of the kernel, with 1 where it only counts; of a pair, the text beside the key. */
  emitted: { key: string; value: number | string }[];
  /** Milliseconds. */
  ms: Used;
  /** Bytes of the kernel's memory. */
  memory: Used;
  /** Bytes of the keys, their lengths and their values. */
  output: Used;
}

/** What a caller may do, and how much of it. */
export interface AccessDocument {
  /** Whose jobs and kernels the caller sees; absent where the server has no keys, as `key` is. */
  tenant?: string;
  key?: {
    id: string;
    /** What its owner calls it. */
    name?: string;
    /** ISO 8601, in UTC; from then on the key is refused. */
    expiresAt?: string;
  };
  rights: readonly Right[];
  limits: AccessLimits;
}

/** How much a caller may do; what is absent has no limit of its own. */
export interface AccessLimits {
  /** Of a body that is counted. */
  bodyBytes?: number;
  /** Most jobs of the tenant that have not ended. */
  jobs?: number;
  /** The tenant's share of busy threads, where a tenant that says none has 1. */
  weight?: number;
  /** Requests of the tenant; of the address that they come from where the server has no keys. */
  rate?: { requests: number; windowSeconds: number };
}

/** A failure (RFC 9457), with members of its own: `limit`, `allowed`, `parameter` and so on. */
export interface ProblemDocument {
  /** `urn:millrace:problem:` and the code, with hyphens. */
  type: string;
  title: string;
  status: number;
  detail: string;
  [member: string]: unknown;
}

import type {
  JobCounters,
  JobState,
  KeyCount,
  Partition,
  ResultReport,
  ResultShape,
} from "../contract/documents.ts";
import type { JobError } from "../contract/problems.ts";
import type { SourceLimits } from "../input/source.ts";
import type { CountOptions } from "../contract/options.ts";
import type { RunnableKernel } from "../contract/kernel_manifest.ts";
import type { TextPartTerms } from "../input/decoder.ts";
import type { Edges, EdgeWords } from "../input/edge_words.ts";
import type { TextInput } from "../input/text_input.ts";
import type { Segment } from "../reduce/segment.ts";
import type { RecordInput } from "./record_input.ts";

export type {
  Accounting,
  JobCounters,
  JobState,
  KeyCount,
  ResultReport,
  Spilled,
  StageTimes,
  Totals,
} from "../contract/documents.ts";

/** What a job counts: a text, what results are made of already, or what crosses from text to text. */
export type JobInput = TextInput | RecordInput | Edges;

/** The answer of a job. */
export interface JobResult extends ResultReport {
  /**
   * Ordered keys and counts, after `min` and `top`. A large one of a job that has spilled is a
   * file: the caller owns it, and calls `close` when it has read it.
   */
  segment: Segment;
  /** Of the segment's keys: with `top: 0` and `min: 1`, of all keys. */
  partition?: Partition;
  /** Positions in the segment where the partitions begin, if it has some and stands by key. */
  partStarts?: readonly number[];
  /** Of a part of a text, where keys of several words may reach over its edges. @internal */
  edges?: EdgeWords;
  /** Of a first stage, where keys may have left its tables: a sketch of all keys. @internal */
  sketch?: Uint8Array;
}

/** How far a job has come. */
export interface JobProgress extends JobCounters {
  state: JobState;
  /** Bytes of the input that were taken in, as they came: of a compressed file those on disk. */
  bytesRead: number;
}

/** How much of the workers a job gets next to others: a weight, not an order. */
export type Priority = "low" | "normal" | "high";

/** How one job may behave, beside what it counts. */
export interface SubmitOptions extends SourceLimits {
  /** Names the job. @default {a random UUID} */
  id?: string;
  /** Cancels the job when aborted; its reason is the error's `cause`. */
  signal?: AbortSignal;
  /** Longest time from submission to answer; beyond it `job_timeout`. @default {the engine's `jobTimeoutMs`} */
  timeoutMs?: number;
  /** Share of the workers when they are busy: a weight, so that nothing starves. @default {"normal"} */
  priority?: Priority;
  /**
   * The tenant that the job belongs to: jobs of one tenant divide one share of the workers, and
   * their number is bounded. @default {none: the job stands alone}
   */
  tenant?: string;
  /**
   * What makes keys of the text, instead of the tokenizer: a module that the gate has admitted.
   * @default {none: the tokenizer}
   */
  kernel?: RunnableKernel;
  /**
   * The table of `group=lemma(…)`: keys of two parts, a form and its lemma, by key and in the form of
   * the job's keys. It stays open until the job has ended. @default {none}
   */
  lemmas?: Segment;
  /** Name of the request that asks for the job, for observers. @default {none} */
  requestId?: string;
  /**
   * Whether the caller reads the result's segment once and then closes it: a large one is then kept
   * apart from the heap, and slower to jump about in. @default {false}
   */
  readOnce?: boolean;
  /** Bytes of an input that streams in, as its sender declares. @default {unknown} @internal */
  inputBytes?: number;
  /**
   * Whether it may be counted on the thread that submits it, where the engine does that: then it
   * tells of no progress before its end. @default {true}
   */
  inline?: boolean;
  /**
   * Present where the input is a part of a larger text, whose other parts are counted apart: nothing
   * of it is guessed, and the result has the words at its edges. @default {it is a whole text}
   * @internal
   */
  part?: TextPartTerms;
  /**
   * Whether the result is what the first stage has given, where a job has several: whoever puts such
   * results together counts on from there. @default {false}
   * @internal
   */
  firstStage?: boolean;
  /**
   * Whether it is part of a job that has been let in: then no bound of jobs refuses it.
   * @default {false}
   * @internal
   */
  isAdmitted?: boolean;
}

/** Bounds of a wait; what is waited for goes on without it. */
export interface WaitOptions {
  /** Longest wait. @default {no bound} */
  timeoutMs?: number;
  /** Ends the wait when aborted, with the signal's reason. */
  signal?: AbortSignal;
}

/** How a job's progress is watched. */
export interface ProgressOptions {
  /** Least time between two reports. @default {100} */
  intervalMs?: number;
  /** Ends the watch when aborted. */
  signal?: AbortSignal;
}

/** What can be seen of a job, and the way to end it. */
export interface JobHandle {
  readonly id: string;
  /** Once the input is received, with what depends on it: `case` is not `auto` then. */
  readonly options: CountOptions;
  readonly state: JobState;
  /** What the rows of the answer consist of, and those of `peek`. */
  readonly shape: ResultShape;
  /** What has been counted so far: an object that changes; a job that starts over has another one. */
  readonly counters: Readonly<JobCounters>;
  /** Settles when the whole input is in shared memory or counted; rejects as `done` does. */
  readonly received: Promise<void>;
  /** The answer. Rejects with a {@linkcode JobError} that says what went wrong. */
  readonly done: Promise<JobResult>;
  /**
   * The largest counts so far, about: a quick look at tables that change meanwhile. Empty before the
   * first chunk is counted and from the reduce on.
   */
  peek(top: number): KeyCount[];
  /**
   * Stops the job where it is; `done` rejects with code `job_cancelled`. Idempotent.
   *
   * @param reason The error's `cause`.
   */
  cancel(reason?: unknown): void;
}

/** When a job reached each stage, as `performance.now()` tells time; 0 for stages not reached. */
export interface StageMarks {
  submitted: number;
  /** The first text was there. */
  firstByte: number;
  /** The last text was there. */
  lastByte: number;
  /** The last chunk was counted. */
  mapped: number;
  /** The segment was in order. */
  reduced: number;
}

/** What an observer sees of a job. */
export interface ObservedJob extends Pick<JobHandle, "id" | "state" | "counters" | "options"> {
  readonly requestId: string | undefined;
  readonly marks: Readonly<StageMarks>;
  /** What it failed with. */
  readonly failure: JobError | undefined;
}

/** The engine calls it as each job comes and goes: it must be quick and never throw. */
export interface JobObserver {
  /** Runs within `submit`. */
  submitted?(job: ObservedJob): void;
  /** Nothing of the job is left in the engine. */
  ended?(job: ObservedJob): void;
}

/** One submitted count: a future with a name. */
export interface Job extends JobHandle, AsyncDisposable {
  /**
   * Bytes of the input that were taken in so far, as they came: of a compressed file those on disk. A
   * piece of a file that a worker reads counts when a worker is to read it.
   */
  readonly bytesRead: number;
  /**
   * Waits for the answer; the job goes on when the wait ends early.
   *
   * @throws {JobError} `result_timeout`, or what the job failed with.
   * @throws The signal's reason if it is aborted first.
   */
  result(options?: WaitOptions): Promise<JobResult>;
  /**
   * Reports how far the job is: at once, then when something has changed, and a last time when
   * the job has ended, however it ended. An iterator costs nothing between two calls of `next`.
   */
  progress(options?: ProgressOptions): AsyncIterableIterator<JobProgress>;
  /** Cancels the job if it still runs; resolves when nothing of it is left in the engine. */
  [Symbol.asyncDispose](): Promise<void>;
}

import type { ResultReport } from "../contract/documents.ts";
import type { CountOptions } from "../contract/options.ts";
import type { ErrorCode } from "../contract/problems.ts";
import type { Decompress } from "../input/content_coding.ts";
import type { SentKernel } from "./kernel_modules.ts";
import type { EncodedRange } from "./key_range.ts";
import type { QuotedBorders } from "./quote_chain.ts";
import type { RangedText } from "../intake/remote/ranged_text.ts";

/** A text in UTF-8 that is counted in parts. */
export interface DividedText extends RangedText {
  /** Bytes of the mark that it begins with and that is dropped. */
  readonly markBytes: number;
  /** Bytes of the record behind the mark that names the columns, if one does. */
  readonly headerBytes?: number;
}

/** A text that is read from its beginning to its end. */
export interface WholeText {
  url: string;
  decompress: Decompress;
}

/** A part of a text that a client sends: it begins and ends at safe places. */
export interface SentPart {
  /** Address of the node that keeps it, and its path there. */
  node: string;
  path: string;
  bytes: number;
  /** As of a text that is divided. */
  markBytes: number;
}

/** Where a node keeps something for others. */
export interface OutputPlace {
  /** Address of the node. */
  node: string;
  token: string;
}

/** A range of the keys of all splits of a job. */
export interface SplitRange extends EncodedRange {
  /** What says where the outputs of the splits are: JSON, an OutputPlace of each. */
  plan: OutputPlace;
}

/** What a node is to count or to reduce, as the queue carries it: where that is, and none of it. */
export interface SplitTask {
  /** The job's name in the cluster. */
  job: string;
  tenant?: string;
  /** Those of the job, for every key. */
  options: CountOptions;
  /** What makes the keys, where a client says it. */
  kernel?: SentKernel;
  /** Which of the job's texts, from 0. */
  part: number;
  /**
   * A text that is read by ranges, the URL of one that is counted whole, or what a node keeps of one;
   * or what is to be reduced.
   */
  source: DividedText | WholeText | SentPart | SplitRange;
  /**
   * Nominal borders in it: the split begins and ends at the first safe places behind them, which
   * those of a part are. Of a range, about how many bytes are reduced.
   */
  from: number;
  to: number;
  /**
   * Whether these stand between quotes, where that tells real borders: absent while nobody knows, as it
   * is of next to no text that they do.
   */
  quoted?: QuotedBorders;
  /** The span of the job, if it is traced (W3C Trace Context). */
  traceparent?: string;
}

/** What counts a part of a text. */
export type TextTask = SplitTask & { source: DividedText | WholeText | SentPart };

/** What reduces a range of keys. */
export type RangeTask = SplitTask & { source: SplitRange };

/** Whether a task is about keys, and not about a text. */
export function isRangeTask(task: SplitTask): task is RangeTask {
  return "plan" in task.source;
}

/** What came of a task; only of a range outputs may be lost. */
export type SplitOutcome =
  & (
    | { output: SplitOutput; failure?: undefined; lost?: undefined }
    | { failure: SplitFailure; output?: undefined; lost?: undefined }
    | { lost: LostOutputs; output?: undefined; failure?: undefined }
  )
  & {
    /** Whether an odd number of quotes is between the nominal borders, where that tells real ones. */
    oddQuotes?: boolean;
  };

/** Outputs that a node could not fetch. */
export interface LostOutputs {
  /** Token of the list that named them, and their places in it. */
  plan: string;
  sources: number[];
}

/** What was counted, and where its keys are: at most a few KB, since Redis holds it. */
export interface SplitOutput {
  /** Address of the node that has the keys. */
  node: string;
  /** The attempt's: whoever lost its turn wrote under another one. */
  token: string;
  /** The real borders. */
  from: number;
  to: number;
  /** Keys, and the bytes of their records. */
  keys: number;
  bytes: number;
  /** Some of the keys, as many bytes apart, in base64: of outputs by key that are large. */
  samples?: string[];
  /** None where there was nothing to count. */
  report?: SplitReport;
  /** Present where keys may reach into the splits beside it. */
  edges?: SplitEdges;
  /** Present where keys may have left the tables: a sketch of all keys, in base64. */
  sketch?: string;
}

/** The words at the edges of a split, in base64: they may hold bytes that are no UTF-8. */
export interface SplitEdges {
  tokens: number;
  head: string[];
  tail: string[];
}

/** What a split's result says beside its keys. */
export type SplitReport = Omit<ResultReport, "partition">;

/** A failure that another attempt would meet as well. */
export interface SplitFailure {
  code: ErrorCode;
  message: string;
  details: Record<string, unknown>;
}

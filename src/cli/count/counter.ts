import type { Format } from "../../contract/options.ts";
import type {
  ApproxReport,
  RecordReport,
  ResultDocument,
  ResultShape,
} from "../../contract/documents.ts";
import type { RecordCursor } from "../../reduce/segment.ts";
import type { Work } from "../terminal/progress.ts";
import { type CommandError, usageError } from "../terminal/explain.ts";
import type { Source } from "./list_files.ts";

/** Counts inputs: in this process, or on a server. */
export interface Counter {
  /** How far it is. */
  readonly work: Work;
  /** Inputs that were left out. */
  readonly failures: readonly CommandError[];
  /** Files below folders that were left out, since they are no text. */
  readonly noTexts: number;
  /** The answer in one of the API's forms, byte for byte as a server writes it. */
  answer(sources: readonly Source[], format: Format): Promise<Answer>;
  /** The answer as a document; of `--total`, the totals alone, whatever the keys are. */
  document(sources: readonly Source[]): Promise<CountDocument>;
  /** Likewise of one input of several; undefined if it cannot be counted, which `failures` says. */
  documentOf(source: Source): Promise<CountDocument | undefined>;
  /** Every key, whatever `top` says, in order. */
  records(sources: readonly Source[]): Promise<Records>;
  close(): Promise<void>;
  /** Leaves nothing behind, at once: the process ends. */
  abandon(): void;
}

/** A result, which has rows unless totals alone are asked for. */
export type CountDocument = Pick<ResultDocument, "totals"> & Partial<ResultDocument>;

/** Bytes of an answer, and what is known of it. */
export interface Answer {
  blocks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  seen: Seen;
}

/** Every key and its count. */
export interface Records {
  cursor: RecordCursor;
  seen: Seen;
  close(): void;
}

/** @throws {CommandError} If rows are no counts of keys of one part, which is all that uniq shows. */
export function requireUniq({ values, keyParts }: ResultShape): void {
  if (values === undefined && keyParts === undefined) return;
  const what = values ? "values" : "keys of several parts";
  throw usageError(`Cannot write ${what} as uniq: it has counts`, "Say --format tsv");
}

/** What is told of records; a server that answers with rows does not say where they break. */
export type SeenRecords = Omit<RecordReport, "skippedAt"> & Partial<RecordReport>;

/** What the last line tells of an answer. */
export interface Seen {
  /** Distinct keys. */
  keys: number;
  /** Sum of their counts, unless nobody knows. */
  counted?: number;
  /** Keys that are shown, and the sum of their counts. */
  shown?: { keys: number; counted?: number };
  /** Bytes of input. */
  bytes: number;
  /** How far all of this may be from the truth, with `--mode approx`. */
  approx?: ApproxReport;
  /** What the records were, where keys are taken out of them. */
  records?: SeenRecords;
}

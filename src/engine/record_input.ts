import type { RecordReport, ResultValues, Totals } from "../contract/documents.ts";
import type { Text } from "../input/text.ts";
import type { Segment } from "../reduce/segment.ts";
import type { RecordTerms } from "./job/encode_terms.ts";

/** Lists of keys and counts in order, of which none has a key twice. */
export interface OrderedLists {
  readonly segments: readonly Segment[];
  /**
   * Whether they are parts of the answer: no two have a key in common, and they stand in the order of
   * the job, which each has chosen its rows by. Otherwise they stand by key. @default {false}
   */
  readonly areParts?: boolean;
}

/**
 * Keys with numbers, which are put together by key, in place of a text that is counted: what results
 * are made of already.
 *
 * The chunks of the text are value records, as TOKENIZER_VALUES has them, and the options of the
 * job are those of keys alone: no tokenizer makes them.
 */
export interface RecordInput {
  /** What stands beside the keys, and what becomes of it. */
  readonly records: RecordTerms;
  /** What the rows of the result hold. @default {counts: sums of integers that are at most 2^53 - 1} */
  readonly values?: ResultValues;
  /** Of how many parts each key is put together. @default {1} */
  readonly keyParts?: number;
  /** Bytes of all records, where they are known before they are read. */
  readonly recordBytes?: number;
  /** To be read once, or as often as it rewinds. */
  readonly text: Text;
  /** The same keys, where their numbers are counts: an engine with a disk merges large ones. @default {none} */
  readonly lists?: OrderedLists;
  /** What the result says beside its keys, once the text is read. */
  totals(): Omit<Totals, "keys">;
  /** What the result says of the records that its keys came of. @default {nothing} */
  readonly report?: RecordReport;
}

/** Whether an input is made of records. */
export function isRecordInput(input: unknown): input is RecordInput {
  return typeof input === "object" && input !== null && "records" in input;
}

import {
  FLAG_FOLD,
  FLAG_ICU,
  FLAG_KEEP_CR,
  FLAG_LAST_PART,
  FLAG_LINE_BOUND,
  FLAG_NFC,
  FLAG_REJECT_INVALID,
  FLAG_STOP_ALL,
  FLAG_STOP_TOKENS,
  OP_AVG,
  OP_COUNT,
  OP_MAX,
  OP_MIN,
  OP_STATS,
  OP_SUM,
  ORDER_COUNT,
  ORDER_F64,
  ORDER_I64,
  ORDER_KEY,
  ORDER_WIDE,
  VALUE_I64,
} from "../../../assembly/layout.ts";
import type { ResultValues } from "../../contract/documents.ts";
import type { KernelManifest, ValueOp } from "../../contract/kernel_manifest.ts";
import type { CountOptions } from "../../contract/options.ts";
import { areWide, pairOp, resultValues, valueOp } from "../../contract/result_values.ts";
import type { CountTerms } from "../../shared/job_terms.ts";
import { encodeOutput, encodeStats, encodeValueType } from "../../shared/kernel_output.ts";
import { formOf, VALUE_RECORDS } from "../../shared/record_form.ts";
import { TOKENIZERS } from "../../shared/tokenizer_numbers.ts";
import type { JobFilters } from "../filters.ts";

const OPS: Record<ValueOp, number> = {
  count: OP_COUNT,
  sum: OP_SUM,
  min: OP_MIN,
  max: OP_MAX,
  avg: OP_AVG,
  combine: OP_COUNT, // of pairs of key and value, which the kernel combines later
};

/** What records hold beside their keys, and what becomes of it. */
export interface RecordTerms
  extends Pick<KernelManifest, "output" | "value" | "op" | "stats" | "keyParts" | "finishesWords"> {
  /** Which function of a kernel makes them, where `mr_map` does not. */
  entry?: "combine" | "finish";
  /** Whether records of `stats` are those of segments. @default {false: each has one number} */
  areMade?: boolean;
}

/** Whether the records that are counted hold values. */
export function holdValues(records: RecordTerms | undefined): boolean {
  return records !== undefined && formOf(encodeOutput(records)) === VALUE_RECORDS;
}

/** Whether each token is a key of the answer, which counts it. */
export function countsKeys(records: RecordTerms | undefined): boolean {
  return records === undefined || records.output === "keys" || records.output === "windows";
}

/** Whether keys may leave the tables. */
export function isApprox({ mode }: CountOptions, records: RecordTerms | undefined): boolean {
  return mode === "approx" && countsKeys(records);
}

/**
 * Whether the kernel counts what a kernel has drained as it is: keys, of which it makes no n-grams, or
 * numbers of records.
 */
export function areDrained(records: RecordTerms | undefined, { n }: CountOptions): boolean {
  if (records?.stats) return !records.areMade;
  return n === 1 && records !== undefined && countsKeys(records);
}

/**
 * Options as the numbers that a job block holds.
 *
 * @param records What is counted where no tokenizer makes it.
 * @param values What the rows of the job hold in place of counts: only counts have bounds.
 */
export function encodeTerms(
  options: CountOptions,
  records?: RecordTerms,
  values?: ResultValues,
): CountTerms {
  const areCounts = values === undefined || !holdValues(records);
  return {
    tokenizer: TOKENIZERS[options.tokenizer],
    n: options.n,
    ...encodeValues(options, records),
    top: options.top,
    minCount: areCounts ? options.min : 0,
    maxCount: areCounts ? options.max : 0,
    minChars: options.minLength,
    maxChars: options.maxLength,
    locale: options.tokenizer === "icu" ? options.locale : "",
  };
}

type ValueTerms = Pick<CountTerms, "order" | "op" | "valueType">;

function encodeValues({ order }: CountOptions, records: RecordTerms | undefined): ValueTerms {
  const byKey = order === "key";
  if (records && pairOp(records) === "approxDistinct") { // the highest rank of each register
    return { order: byKey ? ORDER_KEY : ORDER_I64, op: OP_MAX, valueType: VALUE_I64 };
  }
  if (records?.stats) {
    const order = byKey ? ORDER_KEY : ORDER_WIDE;
    return { order, op: OP_STATS, valueType: encodeStats(records.stats, records.areMade) };
  }
  const values = records && valueOp(records) && resultValues(records);
  return {
    order: byKey ? ORDER_KEY : values ? orderOf(values) : ORDER_COUNT,
    op: values ? OPS[values.op as ValueOp] : OP_COUNT,
    valueType: encodeValueType(records?.value),
  };
}

/** The largest value first; decimals of one type compare as their units do. */
function orderOf(values: ResultValues): number {
  if (areWide(values)) return ORDER_WIDE;
  return values.type === "f64" ? ORDER_F64 : ORDER_I64;
}

/** Whether stop words are looked for among the tokens of a key. */
export function stopsTokens({ n }: CountOptions, { words }: Pick<JobFilters, "words">): boolean {
  return n > 1 && words.length > 0;
}

/**
 * How keys are made, as FLAG_* bits.
 *
 * @param options With nothing left open: `case` is not `auto`.
 * @param byTokens Whether `stopsTokens` is true.
 * @param records As `encodeTerms` has it.
 */
export function encodeFlags(
  options: CountOptions,
  byTokens: boolean,
  records?: RecordTerms,
): number {
  const ofKeys = (options.case === "fold" ? FLAG_FOLD : 0) |
    (options.normalization === "nfc" ? FLAG_NFC : 0);
  const { keyParts = 1, finishesWords } = records ?? {};
  return (finishesWords ? keyParts > 1 ? FLAG_LAST_PART : 0 : ofKeys) |
    (options.invalid === "reject" ? FLAG_REJECT_INVALID : 0) |
    (options.lineBound ? FLAG_LINE_BOUND : 0) |
    (options.keepCR ? FLAG_KEEP_CR : 0) |
    (options.stopMode === "all" ? FLAG_STOP_ALL : 0) |
    (byTokens ? FLAG_STOP_TOKENS : 0) |
    (options.tokenizer === "icu" ? FLAG_ICU : 0);
}

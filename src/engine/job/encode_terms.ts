import {
  FLAG_FOLD,
  FLAG_ICU,
  FLAG_KEEP_CR,
  FLAG_LINE_BOUND,
  FLAG_NFC,
  FLAG_REJECT_INVALID,
  FLAG_STOP_ALL,
  OP_AVG,
  OP_COUNT,
  OP_MAX,
  OP_MIN,
  OP_SUM,
  ORDER_COUNT,
  ORDER_F64,
  ORDER_I64,
  ORDER_KEY,
  TOKENIZER_ASCII,
  TOKENIZER_KEYS,
  TOKENIZER_LINES,
  TOKENIZER_UNICODE,
  TOKENIZER_WHITESPACE,
} from "../../../assembly/layout.ts";
import type { KernelManifest, ValueOp, ValueType } from "../../contract/kernel_manifest.ts";
import type { CountOptions, Tokenizer } from "../../contract/options.ts";
import { resultValues } from "../../contract/result_values.ts";
import type { CountTerms } from "../../shared/job_block.ts";
import { encodeValueType } from "../../shared/kernel_output.ts";

const TOKENIZERS: Record<Tokenizer, number> = {
  unicode: TOKENIZER_UNICODE,
  whitespace: TOKENIZER_WHITESPACE,
  ascii: TOKENIZER_ASCII,
  lines: TOKENIZER_LINES,
  icu: TOKENIZER_KEYS, // the worker segments, the kernel counts keys
};

const OPS: Record<ValueOp, number> = {
  count: OP_COUNT,
  sum: OP_SUM,
  min: OP_MIN,
  max: OP_MAX,
  avg: OP_AVG,
};

const VALUE_ORDERS: Record<ValueType, number> = { i64: ORDER_I64, f64: ORDER_F64 };

/** Options as the numbers that a job block holds. */
export function encodeTerms(options: CountOptions, kernel?: KernelManifest): CountTerms {
  const values = kernel && resultValues(kernel);
  return {
    tokenizer: TOKENIZERS[options.tokenizer],
    n: options.n,
    order: options.order === "key" ? ORDER_KEY : values ? VALUE_ORDERS[values.type] : ORDER_COUNT,
    op: values ? OPS[values.op] : OP_COUNT,
    valueType: encodeValueType(kernel?.value),
    top: options.top,
    minCount: options.min,
    minChars: options.minLength,
    maxChars: options.maxLength,
    locale: options.tokenizer === "icu" ? options.locale : "",
  };
}

/**
 * How keys are made, as FLAG_* bits.
 *
 * @param options With nothing left open: `case` is not `auto`.
 */
export function encodeFlags(options: CountOptions): number {
  return (options.case === "fold" ? FLAG_FOLD : 0) |
    (options.normalization === "nfc" ? FLAG_NFC : 0) |
    (options.invalid === "reject" ? FLAG_REJECT_INVALID : 0) |
    (options.lineBound ? FLAG_LINE_BOUND : 0) |
    (options.keepCR ? FLAG_KEEP_CR : 0) |
    (options.stopMode === "all" ? FLAG_STOP_ALL : 0) |
    (options.tokenizer === "icu" ? FLAG_ICU : 0);
}

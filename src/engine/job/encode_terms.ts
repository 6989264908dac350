import {
  FLAG_FOLD,
  FLAG_ICU,
  FLAG_KEEP_CR,
  FLAG_LINE_BOUND,
  FLAG_NFC,
  FLAG_REJECT_INVALID,
  FLAG_STOP_ALL,
  OP_COUNT,
  ORDER_COUNT,
  ORDER_KEY,
  TOKENIZER_ASCII,
  TOKENIZER_KEYS,
  TOKENIZER_LINES,
  TOKENIZER_UNICODE,
  TOKENIZER_WHITESPACE,
} from "../../../assembly/layout.ts";
import type { CountOptions, Tokenizer } from "../../contract/options.ts";
import type { CountTerms } from "../../shared/job_block.ts";

const TOKENIZERS: Record<Tokenizer, number> = {
  unicode: TOKENIZER_UNICODE,
  whitespace: TOKENIZER_WHITESPACE,
  ascii: TOKENIZER_ASCII,
  lines: TOKENIZER_LINES,
  icu: TOKENIZER_KEYS, // the worker segments, the kernel counts keys
};

/** Options as the numbers that a job block holds. */
export function encodeTerms(options: CountOptions): CountTerms {
  return {
    tokenizer: TOKENIZERS[options.tokenizer],
    n: options.n,
    order: options.order === "key" ? ORDER_KEY : ORDER_COUNT,
    op: OP_COUNT,
    valueType: 0,
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

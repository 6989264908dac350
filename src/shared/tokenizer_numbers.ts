import {
  TOKENIZER_ASCII,
  TOKENIZER_KEYS,
  TOKENIZER_LINES,
  TOKENIZER_UNICODE,
  TOKENIZER_WHITESPACE,
} from "../../assembly/layout.ts";
import type { Tokenizer } from "../contract/options.ts";

/** What kernels call the tokenizers. */
export const TOKENIZERS: Readonly<Record<Tokenizer, number>> = {
  unicode: TOKENIZER_UNICODE,
  whitespace: TOKENIZER_WHITESPACE,
  ascii: TOKENIZER_ASCII,
  lines: TOKENIZER_LINES,
  template: TOKENIZER_LINES, // the kernel of records makes them of lines
  pattern: TOKENIZER_LINES, // likewise
  icu: TOKENIZER_KEYS, // the worker segments, the kernel counts keys
};

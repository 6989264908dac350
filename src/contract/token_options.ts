/** What `locale` is unless it is said. */
export const DEFAULT_LOCALE = "en";

/** Tokenizers that cut any text by themselves, and so a part of a record. */
export const WORD_TOKENIZERS = ["unicode", "whitespace", "ascii", "lines"] as const;

/** The name of one. */
export type WordTokenizer = typeof WORD_TOKENIZERS[number];

/** What says how a text is cut into tokens, and what keys are made of them, and its defaults. */
export const TOKEN_DEFAULTS = {
  tokenizer: "unicode",
  n: 1,
  lineBound: false,
  keepCR: false,
  locale: DEFAULT_LOCALE,
} as const;

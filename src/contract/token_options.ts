/** What `locale` is unless it is said. */
export const DEFAULT_LOCALE = "en";

/** What says how a text is cut into tokens, and what keys are made of them, and its defaults. */
export const TOKEN_DEFAULTS = {
  tokenizer: "unicode",
  n: 1,
  lineBound: false,
  keepCR: false,
  locale: DEFAULT_LOCALE,
} as const;

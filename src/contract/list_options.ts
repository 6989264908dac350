import { COUNT_PARAMETERS } from "./options.ts";
import type { Parameter } from "./parameters.ts";

/** What the keys of a list of counts are: options of the count that the list might come from. */
export const LIST_KEY_PARAMETERS = {
  tokenizer: COUNT_PARAMETERS.tokenizer,
  case: COUNT_PARAMETERS.case,
  normalization: COUNT_PARAMETERS.normalization,
  n: COUNT_PARAMETERS.n,
  lineBound: COUNT_PARAMETERS.lineBound,
  keepCR: COUNT_PARAMETERS.keepCR,
  locale: COUNT_PARAMETERS.locale,
} as const satisfies Record<string, Parameter>;

/** Name of an option that says what keys are. */
export type ListKeyOption = keyof typeof LIST_KEY_PARAMETERS;

import { MADE_PARAMETERS } from "./made_options.ts";
import { COUNT_PARAMETERS } from "./options.ts";
import type { Parameter } from "./parameters.ts";

/** How strongly two words attract each other; src/algebra/scores.ts has the formulas. */
export const SCORES = ["pmi", "logDice", "tScore"] as const;

export type Score = typeof SCORES[number];

/** By what pairs of words are scored, and which of them are shown. */
export const COLLOCATION_PARAMETERS = {
  score: {
    kind: "choice",
    values: SCORES,
    default: "logDice",
    about: "By what pairs are ordered, the largest first",
  },
  min: { ...COUNT_PARAMETERS.min, about: "Least count of a pair that is answered" },
  ...MADE_PARAMETERS,
} as const satisfies Record<string, Parameter>;

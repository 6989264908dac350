import { MADE_PARAMETERS } from "./made_options.ts";
import type { Parameter } from "./parameters.ts";

/** By what the keys of a comparison are ordered; src/algebra/measures.ts has the formulas. */
export const MEASURES = ["g2", "logRatio", "chi2", "diff"] as const;

export type Measure = typeof MEASURES[number];

/** Which keys a comparison shows: those of one result alone, those of both, or all. */
export const SIDES = ["any", "a", "b", "both"] as const;

export type Side = typeof SIDES[number];

/** How two results are compared, and what is shown of it. */
export const COMPARE_PARAMETERS = {
  measure: {
    kind: "choice",
    values: MEASURES,
    default: "g2",
    about: "By what keys are ordered, the largest first",
  },
  in: {
    kind: "choice",
    values: SIDES,
    default: "any",
    about: "Which keys are shown: those of `a` alone, of `b` alone, of both, or all",
  },
  ...MADE_PARAMETERS,
} as const satisfies Record<string, Parameter>;

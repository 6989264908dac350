import { z } from "@hono/zod-openapi";
import { SCORES } from "../contract/collocation_options.ts";
import { MEASURES, SIDES } from "../contract/compare_options.ts";
import { fraction, natural } from "./numbers.ts";

// What is made of results.

const compared = () => z.strictObject({ id: z.string(), keys: natural(), counted: natural() });

/** Two results beside each other. */
export const Comparison = z.strictObject({
  a: compared(),
  b: compared(),
  measure: z.enum(MEASURES).describe("What the rows are ordered by"),
  in: z.enum(SIDES).describe("Which keys are shown"),
  rows: z.array(z.strictObject({
    key: z.string(),
    countA: natural(),
    countB: natural(),
    perMillionA: fraction(),
    perMillionB: fraction(),
    g2: fraction().describe("Log-likelihood"),
    logRatio: z.number().describe("How often the relative frequency doubles from b to a"),
    chi2: fraction().optional(),
    diff: z.number().optional().describe("By how many per cent a's relative frequency is larger"),
  })),
  otherKeys: natural().describe("Keys of the comparison that are not in rows"),
  next: z.string().optional().describe("Address of the next page, when there is one"),
}).openapi("Comparison");

/** Scored pairs of words. */
export const Collocations = z.strictObject({
  job: compared(),
  score: z.enum(SCORES).describe("What the rows are ordered by"),
  min: natural().describe("Least count of a pair that is shown"),
  rows: z.array(z.strictObject({
    key: z.string(),
    count: natural(),
    countFirst: natural().describe("Sum of the counts of all pairs with the same first word"),
    countSecond: natural().describe("Sum of the counts of all pairs with the same second word"),
    pmi: z.number().describe("Pointwise mutual information, in bits"),
    logDice: z.number(),
    tScore: z.number(),
  })),
  otherKeys: natural().describe("Pairs of that count that are not in rows"),
  next: z.string().optional().describe("Address of the next page, when there is one"),
}).openapi("Collocations");

import type { Measure } from "../contract/compare_options.ts";

// How much a key marks one result against another. `a` and `b` are its counts there, `sizes` the sums
// of all counts there, none of which is 0; not both counts are 0.

/** Sums of the counts of two results. */
export interface Sizes {
  a: number;
  b: number;
}

/** Stands in place of a count of 0 where a quotient is taken: A. Hardie, "Log Ratio – an informal introduction", 2014. */
const NEARLY_NONE = 0.5;

/**
 * Log-likelihood in the form of P. Rayson and R. Garside, "Comparing corpora using frequency
 * profiling", 2000: the terms of the key alone, of the ratio of T. Dunning, "Accurate methods for the
 * statistics of surprise and coincidence", 1993. 0 and above.
 */
export function g2(a: number, b: number, sizes: Sizes): number {
  const share = (a + b) / (sizes.a + sizes.b);
  return Math.max(0, 2 * (term(a, sizes.a * share) + term(b, sizes.b * share)));
}

function term(observed: number, expected: number): number {
  return observed === 0 ? 0 : observed * Math.log(observed / expected);
}

/** Hardie's log ratio: how often the relative frequency doubles from b to a. */
export function logRatio(a: number, b: number, sizes: Sizes): number {
  const ratio = (a || NEARLY_NONE) / sizes.a / ((b || NEARLY_NONE) / sizes.b);
  return Math.log2(ratio) + 0; // -0 is 0
}

/**
 * Pearson's chi-squared of the table of the key and all others in both, without Yates's correction. 0
 * where there are no others.
 */
export function chi2(a: number, b: number, sizes: Sizes): number {
  const all = sizes.a + sizes.b;
  const [otherA, otherB] = [sizes.a - a, sizes.b - b];
  const others = otherA + otherB;
  if (others === 0) return 0;
  // Divided in turns: products of four sums leave the range of doubles' integers soon.
  const skew = a * (otherB / sizes.b) - b * (otherA / sizes.b);
  return (skew / sizes.a) * (skew / (a + b)) * (all / others) * sizes.b;
}

/**
 * %DIFF of C. Gabrielatos and A. Marchi, "Keyness: Appropriate metrics and practical issues", 2012:
 * by how many per cent of that in b the relative frequency in a is larger.
 */
export function diff(a: number, b: number, sizes: Sizes): number {
  const [inA, inB] = [a / sizes.a, (b || NEARLY_NONE) / sizes.b];
  return (inA - inB) * 100 / inB + 0;
}

/** Counts per million of all. */
export function perMillion(count: number, size: number): number {
  return count * 1e6 / size;
}

/** Each measure by its name. */
export const MEASURE: Readonly<Record<Measure, typeof g2>> = { g2, logRatio, chi2, diff };

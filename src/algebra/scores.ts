import type { Score } from "../contract/collocation_options.ts";

// How strongly the words of a pair attract each other. `pair` is its count, `first` the sum of the
// counts of all pairs with the same first word, `second` likewise, `all` the sum of all counts: the
// contingency table of S. Evert, "The Statistics of Word Cooccurrences", 2005, section 2.1. `pair` is 1
// or more.

/** Counts that a score is made of. */
export interface PairCounts {
  pair: number;
  first: number;
  second: number;
  all: number;
}

/**
 * Pointwise mutual information, in bits: K. W. Church and P. Hanks, "Word association norms, mutual
 * information, and lexicography", 1990.
 */
export function pmi({ pair, first, second, all }: PairCounts): number {
  return Math.log2(pair / first * (all / second));
}

/**
 * 14 and the logarithm of Dice's coefficient, at most 14, whatever the size of the corpus: P. Rychlý,
 * "A lexicographer-friendly association score", 2008.
 */
export function logDice({ pair, first, second }: PairCounts): number {
  return 14 + Math.log2(2 * pair / (first + second));
}

/**
 * Student's t of what was counted against what chance expects: K. W. Church, W. Gale, P. Hanks and
 * D. Hindle, "Using statistics in lexical analysis", 1991.
 */
export function tScore({ pair, first, second, all }: PairCounts): number {
  return (pair - first / all * second) / Math.sqrt(pair);
}

/** Each score by its name. */
export const SCORE: Readonly<Record<Score, typeof pmi>> = { pmi, logDice, tScore };

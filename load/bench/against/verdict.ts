import type { Figure } from "../../support/report.ts";
import { median, signTest } from "../../support/statistics.ts";

/** How often chance alone may bring about a verdict on any of the figures of a comparison. */
const CHANCE = 0.05;
/** Changes below this share are noise of where the system puts processes and memory. */
const LEAST_CHANGE = 0.02;

/** What a comparison of two revisions comes to. */
export type Verdict =
  | "faster"
  | "slower"
  | "better"
  | "worse"
  | "no difference within noise"
  | "too few rounds to tell";

/** A figure of two revisions. */
export interface Comparison extends Omit<Figure, "value"> {
  /** Medians over the rounds. */
  a: number;
  b: number;
  /** Median of B/A of all rounds, and the bounds of B/A. */
  ratio: number;
  least: number;
  most: number;
  verdict: Verdict;
}

/**
 * Compares what two revisions reached round by round.
 *
 * @param a One value for each round.
 * @param b As many values.
 * @param figures How many figures are compared: the more, the more must the rounds of each agree.
 */
export function compareFigure(
  { name, unit, better }: Omit<Figure, "value">,
  a: readonly number[],
  b: readonly number[],
  figures: number,
): Comparison {
  const ratios = b.map((value, round) => value / a[round]);
  return {
    name,
    unit,
    better,
    a: median(a),
    b: median(b),
    ratio: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
    verdict: judge(ratios, unit, better, figures),
  };
}

/**
 * The rule: the median ratio is off 1 by {@linkcode LEAST_CHANGE}, and so many rounds lie on one
 * side of 1 that fair coins, one for each figure, would less often than {@linkcode CHANCE} fall so
 * in any of them (two-sided sign test, Bonferroni's bound). Rounds with a ratio of 1 are left out.
 *
 * @param ratios B/A of each round.
 */
export function judge(
  ratios: readonly number[],
  unit: string,
  better: Figure["better"],
  figures: number,
): Verdict {
  const chance = CHANCE / figures;
  if (signTest(0, ratios.length) >= chance) return "too few rounds to tell";
  const above = ratios.filter((ratio) => ratio > 1).length;
  const below = ratios.filter((ratio) => ratio < 1).length;
  const ratio = median(ratios);
  const isNoise = signTest(above, above + below) >= chance || Math.abs(ratio - 1) < LEAST_CHANGE;
  if (isNoise) return "no difference within noise";
  const isBetter = (ratio > 1) === (better === "higher");
  if (isSpeed(unit)) return isBetter ? "faster" : "slower";
  return isBetter ? "better" : "worse";
}

/** Whether a unit is of time or of a rate, not of memory. */
function isSpeed(unit: string): boolean {
  return ["ms", "µs", "s"].includes(unit) || unit.endsWith("/s");
}

/** Rows of a table, its header first. */
export function comparisonRows(comparisons: readonly Comparison[], a: string, b: string) {
  return {
    header: ["", "unit", `A ${a}`, `B ${b}`, "B/A", "min–max", "verdict"],
    rows: comparisons.map((each) => [
      each.name,
      each.unit,
      format(each.a),
      format(each.b),
      each.ratio.toFixed(3),
      `${each.least.toFixed(3)}–${each.most.toFixed(3)}`,
      each.verdict,
    ]),
  };
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

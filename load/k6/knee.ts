import type { Chart } from "../support/charts.ts";
import { quantile } from "../support/statistics.ts";
import { riseTo } from "./parts/steps.js";
import type { Finding } from "./outcome.ts";
import type { Second } from "./series.ts";

/** How one rate went. */
export interface Step {
  /** Arrivals a second. */
  rate: number;
  /** Answers a second. */
  answered: number;
  /** Milliseconds, of the answers; undefined if there was none. */
  p95: number | undefined;
  dropped: number;
  refused: number;
}

/** A step is met if so large a share of what arrives is answered, and 95 of 100 within this time. */
const SHARE = 0.95;
const P95_MS = 500;

/** Where a rising rate bends: the last rate that was met before the first that was not. */
export function findKnee(steps: readonly Step[]): { knee?: Step; bent?: Step } {
  const at = steps.findIndex((step) => !isMet(step));
  return at === -1 ? { knee: steps.at(-1) } : { knee: steps[at - 1], bent: steps[at] };
}

function isMet({ rate, answered, p95 }: Step): boolean {
  return answered >= rate * SHARE && p95 !== undefined && p95 <= P95_MS;
}

/** Gathers seconds into the steps of a rising rate. */
export function gatherSteps(
  seconds: readonly Second[],
  rates: readonly number[],
  stepSeconds: number,
): Step[] {
  return rates.map((rate, i) => {
    const own = seconds.slice(i * stepSeconds, (i + 1) * stepSeconds);
    const answers = own.flatMap((second) => second.answers);
    return {
      rate,
      answered: answers.length / stepSeconds,
      p95: answers.length > 0 ? quantile(answers, 0.95) : undefined,
      dropped: own.reduce((sum, { dropped }) => sum + dropped, 0),
      refused: own.reduce((sum, { refused }) => sum + refused, 0),
    };
  });
}

/** Tells where the rate of `stress` bent. */
export function reportKnee(seconds: readonly Second[], values: Record<string, unknown>): Finding {
  const { from, most, factor, "step-seconds": stepSeconds } = values as Record<string, number>;
  const steps = gatherSteps(seconds, riseTo({ from, most, factor }), stepSeconds);
  const { knee, bent } = findKnee(steps);
  const lines = [
    bent
      ? `Knee: ${
        knee ? `${knee.rate} a second` : `below ${bent.rate} a second`
      }. At ${bent.rate} ` +
        `a second ${bent.answered.toFixed(0)} were answered, p95 ${formatMs(bent.p95)}.`
      : `No knee: it did not bend up to ${knee?.rate ?? 0} a second.`,
    `(A rate is met if ${SHARE * 100} % of what arrives is answered, p95 within ${P95_MS} ms.)`,
  ];
  return { lines, faults: [], table: tabulate(steps), charts: drawSteps(steps) };
}

function tabulate(steps: readonly Step[]): Finding["table"] {
  return {
    header: ["arrive/s", "answered/s", "p95", "refused", "dropped by k6"],
    rows: steps.map(({ rate, answered, p95, refused, dropped }) => [
      String(rate),
      answered.toFixed(0),
      formatMs(p95),
      String(refused),
      String(dropped),
    ]),
  };
}

function formatMs(ms: number | undefined): string {
  return ms === undefined ? "–" : `${ms.toFixed(0)} ms`;
}

function drawSteps(steps: readonly Step[]): Chart[] {
  const x = { name: "arrivals a second" };
  const points = (read: (step: Step) => number | undefined) =>
    steps.map((step) => [step.rate, read(step) ?? NaN] as const)
      .filter(([, y]) => Number.isFinite(y));
  const rates: Chart = {
    title: "What is answered of what arrives",
    x,
    y: { name: "a second" },
    series: [
      { name: "arrive", kind: "line", points: points(({ rate }) => rate) },
      { name: "answered", kind: "line", points: points(({ answered }) => answered) },
    ],
  };
  const waits = points(({ p95 }) => p95);
  if (waits.length === 0) return [rates];
  return [rates, {
    title: "How long answers take",
    x,
    y: { name: "p95, ms" },
    series: [{ name: "p95", kind: "line", points: waits }],
  }];
}

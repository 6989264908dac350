import type { Chart } from "../support/charts.ts";
import { quantile } from "../support/statistics.ts";
import type { Second } from "./series.ts";

/** What happened second by second; none for a run of a moment. */
export function drawSeconds(seconds: readonly Second[]): Chart[] {
  if (seconds.length < 2) return [];
  const each = (read: (second: Second) => number) =>
    seconds.map((second, at) => [at, read(second)] as const);
  const rate: Chart = {
    title: "What came of arrivals",
    x: { name: "seconds" },
    y: { name: "a second" },
    series: [
      { name: "answered", kind: "line", points: each(({ answers }) => answers.length) },
      { name: "refused", kind: "line", points: each(({ refused }) => refused) },
      { name: "dropped by k6", kind: "line", points: each(({ dropped }) => dropped) },
    ],
  };
  const answered = seconds.flatMap(({ answers }, at) =>
    answers.length > 0 ? [{ at, answers }] : []
  );
  if (answered.length === 0) return [rate];
  const waits = (share: number) =>
    answered.map(({ at, answers }) => [at, quantile(answers, share)] as const);
  return [rate, {
    title: "How long answers took",
    x: { name: "seconds" },
    y: { name: "ms" },
    series: [0.5, 0.95, 1].map((share) => ({
      name: share === 1 ? "slowest" : `p${share * 100}`,
      kind: "line",
      points: waits(share),
    })),
  }];
}

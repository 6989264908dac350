import type { Outcome } from "../../../load/k6/outcome.ts";

/**
 * What a run of 100 answers leaves.
 *
 * @param options How many of them were wrong, and whether a threshold of time was met.
 */
export function createOutcome({ wrong = 0, isQuick = true } = {}): Outcome {
  const times = { min: 1, avg: 3, med: 2, "p(90)": 4, "p(95)": 5, "p(99)": 6, max: 7, count: 100 };
  return {
    name: "load",
    about: "Small | counts",
    command: "deno task load load",
    environment: {
      cpu: "a processor",
      cores: 2,
      memoryBytes: 2 ** 33,
      os: "linux",
      deno: "2.9.6",
      v8: "15",
      loadAverage: [1, 2, 3],
      busyBefore: null,
      startedAt: "2026-01-01T00:00:00.000Z",
    },
    books: "<moby> & others",
    summary: {
      metrics: {
        exact_counts: { type: "counter", values: { count: 100 - wrong, rate: 10 } },
        wrong_counts: { type: "counter", values: { count: wrong, rate: 0 } },
        answer_ms: {
          type: "trend",
          values: times,
          thresholds: { "p(95)<3000": { ok: isQuick } },
        },
        checks: { type: "rate", values: { rate: 1, passes: 100, fails: 0 } },
      },
      checks: [{ name: "a count is exact", passes: 100, fails: 0 }],
    },
    seconds: [
      { answers: [1, 2, 30], dropped: 0, refused: 0 },
      { answers: [], dropped: 2, refused: 1 },
      { answers: [4], dropped: 0, refused: 0 },
    ],
    findings: [],
    timed: true,
    k6: 0,
    server: 0,
  };
}

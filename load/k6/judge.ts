import type { Outcome } from "./outcome.ts";

/** k6 says that a threshold was missed, which is told by its name. */
const K6_THRESHOLDS = 99;

/** Metrics that a busy machine decides. */
const TIMES = ["answer_ms", "dropped_iterations"];

/**
 * Why a run has failed: wrong answers, thresholds that were missed, ends that were not clean.
 *
 * @returns Lines; none if it has passed.
 */
export function judge({ summary, findings, timed, k6, server }: Outcome): string[] {
  const faults: string[] = [];
  if (summary === undefined) faults.push(`k6 ended with ${k6} and wrote no summary`);
  else {
    faults.push(...judgeCounts(summary.metrics), ...judgeChecks(summary.checks));
    faults.push(...missedThresholds(summary.metrics, (name) => timed || !isTime(name)));
  }
  const isUntold = k6 !== 0 && k6 !== K6_THRESHOLDS && summary !== undefined;
  if (isUntold) faults.push(`k6 ended with ${k6}`);
  if (k6 === K6_THRESHOLDS && faults.length === 0 && listMissedTimes(summary).length === 0) {
    faults.push("k6 says that a threshold is missed");
  }
  if (server !== 0) faults.push(`the server ended with ${server}`);
  return [...faults, ...findings.flatMap((finding) => finding.faults)];
}

type Summary = NonNullable<Outcome["summary"]>;

/** The times that were missed, which fail a run that is timed. */
export function listMissedTimes(summary: Outcome["summary"]): string[] {
  return summary === undefined ? [] : missedThresholds(summary.metrics, isTime);
}

/** Whether a metric, or a part of one such as `answer_ms{scenario:small}`, tells how fast it was. */
function isTime(metric: string): boolean {
  return TIMES.includes(metric.replace(/\{.*/, ""));
}

function judgeCounts({ exact_counts, wrong_counts }: Summary["metrics"]): string[] {
  const exact = exact_counts?.values.count ?? 0;
  const wrong = wrong_counts?.values.count ?? 0;
  if (wrong > 0) return [`${wrong} of ${exact + wrong} answers were wrong`];
  return exact === 0 ? ["no answer was compared"] : [];
}

function judgeChecks(checks: Summary["checks"]): string[] {
  return checks.filter(({ fails }) => fails > 0)
    .map(({ name, passes, fails }) => `"${name}" failed ${fails} of ${passes + fails} times`);
}

function missedThresholds(
  metrics: Summary["metrics"],
  counts: (metric: string) => boolean,
): string[] {
  return Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(counts(name) ? thresholds : {}).filter(([, { ok }]) => !ok)
      .map(([threshold]) => `${name} misses ${threshold}`)
  );
}

import type { Outcome } from "./outcome.ts";

/** k6 says that a threshold was missed, which is told by its name. */
const K6_THRESHOLDS = 99;

/**
 * Why a run has failed: wrong answers, thresholds that were missed, ends that were not clean.
 *
 * @returns Lines; none if it has passed.
 */
export function judge({ summary, findings, k6, server }: Outcome): string[] {
  const faults: string[] = [];
  if (summary === undefined) faults.push(`k6 ended with ${k6} and wrote no summary`);
  else {
    faults.push(...judgeCounts(summary.metrics), ...judgeChecks(summary.checks));
    faults.push(...judgeThresholds(summary.metrics));
  }
  const isUntold = k6 !== 0 && k6 !== K6_THRESHOLDS && summary !== undefined;
  if (isUntold) faults.push(`k6 ended with ${k6}`);
  if (k6 === K6_THRESHOLDS && faults.length === 0) {
    faults.push("k6 says that a threshold is missed");
  }
  if (server !== 0) faults.push(`the server ended with ${server}`);
  return [...faults, ...findings.flatMap((finding) => finding.faults)];
}

type Summary = NonNullable<Outcome["summary"]>;

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

function judgeThresholds(metrics: Summary["metrics"]): string[] {
  return Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(thresholds).filter(([, { ok }]) => !ok)
      .map(([threshold]) => `${name} misses ${threshold}`)
  );
}

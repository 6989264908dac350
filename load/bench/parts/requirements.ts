import type { Benchmark } from "../../support/benchmark.ts";
import type { Report } from "../../support/report.ts";

/** What a figure of a benchmark must reach. */
export interface Requirement {
  /** As the table calls it. */
  what: string;
  benchmark: Benchmark;
  /** The figure's name there. */
  figure: string;
  /** The figure of the revision before, where it has another name. */
  before?: string;
  /** Whether revisions before cannot be asked: then the benchmark's own run tells the figure. */
  isNew?: true;
  /** Whether the ratio to what was before is asked, and not the figure. */
  ofBefore?: true;
  /** One of both. */
  least?: number;
  most?: number;
  /** What can be reached, where that is known: load/README.md has the arithmetic. */
  limit?: number;
}

/** What the figure was, and what it is; undefined where nothing tells. */
export interface Found {
  before?: number;
  now?: number;
}

/** Prints the table, and keeps each figure. */
export function tellRequirements(
  asked: readonly Requirement[],
  found: ReadonlyMap<Requirement, Found>,
  report: Report,
): void {
  const told = asked.map((requirement) => ({ requirement, of: found.get(requirement) ?? {} }));
  report.table(
    ["what", "required", "before", "now", "limit", ""],
    told.map(({ requirement, of }) => [
      requirement.what,
      tellRequired(requirement),
      tellNumber(of.before),
      tellNow(requirement, of),
      tellNumber(requirement.limit),
      isMet(requirement, of) ? "ok" : "MISS",
    ]),
  );
  for (const { requirement: { what }, of: { before = null, now = null } } of told) {
    report.row({ what, before, now });
  }
}

function tellRequired({ least, most, ofBefore }: Requirement): string {
  const bound = least === undefined ? `at most ${most}` : `at least ${least}`;
  return ofBefore ? `${bound} × before` : bound;
}

function tellNow(requirement: Requirement, found: Found): string {
  const ratio = requirement.ofBefore ? ` (${tellNumber(reached(requirement, found))} ×)` : "";
  return tellNumber(found.now) + ratio;
}

function tellNumber(value: number | undefined): string {
  if (value === undefined) return "–";
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** What is held against the bound. */
function reached({ ofBefore }: Requirement, { before, now }: Found): number | undefined {
  if (now === undefined || !ofBefore) return now;
  return before === undefined ? undefined : now / before;
}

/** Whether a figure reaches what is asked; one that is missing does not. */
export function isMet(requirement: Requirement, found: Found): boolean {
  const { least = -Infinity, most = Infinity } = requirement;
  const value = reached(requirement, found);
  return value !== undefined && value >= least && value <= most;
}

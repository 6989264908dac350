import type { Benchmark } from "../../support/benchmark.ts";
import type { Report } from "../../support/report.ts";
import durable from "../durable.ts";
import each from "../each.ts";
import growth from "../growth.ts";
import kernel from "../kernel.ts";
import limit from "../limit.ts";
import outputs from "../outputs.ts";
import scaling from "../scaling.ts";
import smallJobs from "../small_jobs.ts";
import start from "../start.ts";

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

const KERNEL_GAINS = { russian: 1.3, chinese: 1.3, mixed: 1.3, csv: 1.3, english: 1.1 };
const GROWTHS = ["MB of text", "distinct keys", "jobs at once", "workers"];

/** What is required of speed and memory, in the order of the table. */
export const REQUIREMENTS: readonly Requirement[] = [
  {
    what: "large upload, of the limit",
    benchmark: limit,
    figure: "unicode",
    least: 0.93,
    limit: 0.84,
  },
  { what: "the same by whitespace, of unicode", benchmark: limit, figure: "whitespace", least: 1 },
  {
    what: "upload in chunks, of one with a length",
    benchmark: limit,
    figure: "in chunks",
    least: 1,
  },
  {
    what: "small jobs, of a bare handler",
    benchmark: smallJobs,
    figure: "requests, of bare",
    least: 0.55,
    limit: 0.33,
  },
  {
    what: "two listeners, of two bare ones, in percent",
    benchmark: smallJobs,
    figure: "of two bare listeners' requests",
    isNew: true,
    least: 70,
    limit: 33,
  },
  {
    what: "many texts in one request, of joined",
    benchmark: each,
    figure: "each=true",
    isNew: true,
    least: 0.4,
    limit: 0.12,
  },
  {
    what: "English on two workers, of one",
    benchmark: scaling,
    figure: "English, of one worker",
    least: 1.85,
    limit: 1.78,
  },
  {
    what: "5 million keys on two workers, of one",
    benchmark: scaling,
    figure: "distinct keys, of one worker",
    least: 1.7,
    limit: 1.63,
  },
  {
    what: "ms of 5 million keys on two workers, of one before",
    benchmark: scaling,
    figure: "distinct keys, two workers",
    before: "distinct keys, one worker",
    ofBefore: true,
    most: 0.67,
  },
  { what: "durable, of in memory", benchmark: durable, figure: "large", least: 0.8 },
  { what: "small durable jobs a second", benchmark: durable, figure: "small", least: 5000 },
  {
    what: "first answer, ms above a bare server's",
    benchmark: start,
    figure: "first answer, above bare",
    ofBefore: true,
    most: 0.5,
  },
  {
    what: "the same, ms of processor time",
    benchmark: start,
    figure: "the same, processor",
    ofBefore: true,
    most: 0.5,
  },
  {
    what: "idle memory, MB above a bare server's",
    benchmark: start,
    figure: "idle, above bare",
    ofBefore: true,
    most: 0.6,
  },
  ...Object.entries(KERNEL_GAINS).map(([text, least]) => ({
    what: `kernel, ${text}, MB/s`,
    benchmark: kernel,
    figure: `${text}, unicode`,
    ofBefore: true as const,
    least,
  })),
  ...["json", "csv"].map((format) => ({
    what: `a million rows as ${format}, ms of processor time`,
    benchmark: outputs,
    figure: `${format}, server`,
    ofBefore: true as const,
    most: 0.67,
  })),
  ...GROWTHS.map((figure) => ({
    what: `growth with ${figure}, exponent`,
    benchmark: growth,
    figure,
    isNew: true as const,
    most: 1.15,
  })),
];

/** Prints the table, and keeps each figure. */
export function tellRequirements(
  asked: readonly Requirement[],
  found: ReadonlyMap<Requirement, Found>,
  report: Report,
): void {
  report.table(
    ["what", "required", "before", "now", "limit", ""],
    asked.map((requirement) => {
      const { before, now } = found.get(requirement) ?? {};
      return [
        requirement.what,
        tellRequired(requirement),
        tellNumber(before),
        tellNow(requirement, { before, now }),
        tellNumber(requirement.limit),
        isMet(requirement, { before, now }) ? "ok" : "MISS",
      ];
    }),
  );
  for (const requirement of asked) {
    const { before, now } = found.get(requirement) ?? {};
    report.row({ what: requirement.what, before: before ?? null, now: now ?? null });
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

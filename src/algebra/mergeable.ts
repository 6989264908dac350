import type { ResultReport, ResultShape, ResultValues } from "../contract/documents.ts";
import { COUNT_PARAMETERS, type CountOptions, DEFAULT_COUNT_OPTIONS } from "../contract/options.ts";
import { shorten } from "../contract/parameters.ts";
import { JobError } from "../contract/problems.ts";
import type { RecordTerms } from "../engine/job/encode_terms.ts";
import { shownId } from "../store/client_id.ts";
import type { JobRecord } from "../store/job_record.ts";

/**
 * Options that change no key: how a body becomes text, and what is shown of a result. All others
 * decide what a key is, and are the same where keys are to mean the same.
 */
const FREE: readonly (keyof CountOptions)[] = [
  "charset",
  "bom",
  "invalid",
  "top",
  "min",
  "max",
  "order",
  "partition",
  "borders",
  "group",
  "mode",
  "memory",
];

const DECISIVE = (Object.keys(COUNT_PARAMETERS) as (keyof CountOptions)[])
  .filter((name) => !FREE.includes(name));

/** Longer values of options are not told of. */
const MOST_SHOWN_CHARS = 8000;

/** A job that is done. */
interface Done {
  record: Pick<JobRecord, "id" | "requestKey" | "options" | "kernel">;
  result: ResultShape;
}

/**
 * Checks that keys of jobs mean the same.
 *
 * @throws {JobError} `not_mergeable` with the first option in which two jobs differ.
 */
export function requireLike(jobs: readonly Done[]): void {
  const [first, ...others] = jobs;
  for (const other of others) {
    for (const name of DECISIVE) requireSame(name, first, other, (job) => optionOf(job, name));
    requireSame("kernel", first, other, ({ record }) => record.kernel ?? null);
    requireSame("values", first, other, ({ result }) => result.values ?? null);
    requireSame("keyParts", first, other, ({ result }) => result.keyParts ?? 1); // of lists
  }
}

/**
 * Checks that results have all of their keys: what has left one may be in another, and nobody knows how
 * many keys they have together.
 *
 * @throws {JobError} `not_mergeable`.
 */
export function requireExact(results: readonly Pick<ResultReport, "approx">[]): void {
  const bound = results.find(({ approx }) => approx && approx.bound > 0)?.approx?.bound;
  if (bound === undefined) return;
  const why = `one of them is approximate, and its counts are up to ${bound} too low`;
  throw notMergeable("mode", why, { bound, allowed: "mode=exact, or a bound of 0" });
}

/** Results that an older release has kept do not name the options that came later. */
function optionOf({ record: { options } }: Done, name: keyof CountOptions): unknown {
  return options[name] ?? DEFAULT_COUNT_OPTIONS[name];
}

function requireSame(option: string, a: Done, b: Done, valueOf: (job: Done) => unknown): void {
  const values = [valueOf(a), valueOf(b)];
  const [one, another] = values.map((value) => JSON.stringify(value));
  if (one === another) return;
  const [shown, other] = [one, another].map(shorten); // lists may have thousands of items
  throw notMergeable(option, `'${option}' is ${shown} in one and ${other} in another`, {
    ...(one.length + another.length <= MOST_SHOWN_CHARS && { values }),
    jobs: [shownId(a.record), shownId(b.record)],
  });
}

/**
 * What becomes of the numbers of one key when results are put together: what became of those that
 * they were made of, where that does not depend on how these were divided.
 *
 * @throws {JobError} `not_mergeable`.
 */
export function mergeTerms(values: ResultValues | undefined): RecordTerms {
  const why = whyNotMergeable(values);
  if (why !== undefined) throw notMergeable("values", why, { values });
  if (values === undefined) return { output: "values", op: "sum", value: "i64" };
  if (values.op === "stats") {
    const { aggs, round } = values;
    return { output: "values", stats: { aggs, round }, areMade: true };
  }
  const { op, type } = values;
  return { output: "values", op, value: type };
}

/** Whether mergeTerms has an answer. */
export function areMergeable(values: ResultValues | undefined): boolean {
  return whyNotMergeable(values) === undefined;
}

function whyNotMergeable(values: ResultValues | undefined): string | undefined {
  if (values === undefined || values.op === "stats") return undefined;
  const { op, type } = values;
  if (op === "sum" && type === "f64") {
    return "sums of doubles are rounded, so that the sum of two depends on what each is of";
  }
  if (op === "sum" || op === "min" || op === "max") return undefined;
  return `of '${op}' a result keeps less than it takes to put two together`;
}

/** @throws {JobError} `not_mergeable` if a weight would change nothing. */
export function checkWeights(weights: readonly number[], { op, stats }: RecordTerms): void {
  if (op === "sum" || weights.every((weight) => weight === 1)) return;
  const ops = stats?.aggs ?? [op];
  if (ops.some((each) => each !== "min" && each !== "max")) return;
  throw notMergeable("weights", `a weight changes no '${ops[0]}'`, { weights, allowed: 1 });
}

/** @param option What is in the way. */
export function notMergeable(
  option: string,
  reason: string,
  details: Record<string, unknown>,
): JobError {
  return new JobError("not_mergeable", `Cannot put results together: ${reason}`, {
    details: { option, ...details },
  });
}

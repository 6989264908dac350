import type { Benchmark, Side, Sides } from "../../support/benchmark.ts";
import { Refusal } from "../../support/options.ts";
import { type Figure, Report } from "../../support/report.ts";
import { stopOnSignal } from "../../support/stop_on_signal.ts";
import { THIS_REVISION } from "../../support/this_revision.ts";
import { Revision } from "./revision.ts";
import { Turns } from "./turns.ts";
import { comparisonRows } from "./verdict.ts";

const RUNNER = "load/bench/run.ts";

/** What is compared, and how. */
export interface ComparisonRequest {
  benchmark: Benchmark;
  /** Values of all options of the benchmark. */
  values: Record<string, unknown>;
  /** The options that were given, as they stand in the command line. */
  given: Record<string, string>;
  /** The other revision, as git knows it. */
  against: string;
  rounds: number;
  /** Whether figures go to stdout as JSON. */
  json: boolean;
}

/**
 * Compares a benchmark of this tree with that of another revision. Progress goes to stderr.
 *
 * @throws {Refusal} If the revision is unknown, or cannot do the benchmark.
 * @throws {Interrupted} If the user stops it.
 */
export async function compareRevisions(request: ComparisonRequest): Promise<void> {
  await stopOnSignal((signal) => compare(request, signal));
}

async function compare(request: ComparisonRequest, signal: AbortSignal): Promise<void> {
  const { benchmark, values, against, rounds, json } = request;
  const tell = (line: string) => console.error(line);
  await using revision = await Revision.prepare(against, tell, signal);
  const sides: Sides = [revision.side, THIS_REVISION];
  const turns = new Turns(sides, rounds, tell, signal);
  if (benchmark.compare) {
    await benchmark.compare(sides, values, new Report(tell), turns.take);
  } else {
    await requireBenchmark(benchmark, revision.side);
    await turns.take((side) => runThere(side, request, signal));
  }
  const comparisons = turns.compare();
  if (json) return console.log(JSON.stringify({ figures: comparisons }));
  const report = new Report(console.log);
  const { header, rows } = comparisonRows(comparisons, sides[0].name, sides[1].name);
  report.print(`\n${benchmark.name}, medians of ${rounds} rounds`);
  report.table(header, rows);
  const unmatched = turns.unmatched();
  if (unmatched.length > 0) report.print(`of one revision alone: ${unmatched.join(", ")}`);
}

/** @throws {Refusal} If a revision has not the benchmark, or has it in another form elsewhere. */
async function requireBenchmark({ name }: Benchmark, side: Side): Promise<void> {
  const exists = (path: string, { root }: Side) =>
    Deno.stat(new URL(path, root)).then(() => true, () => false);
  const isOfLab = await exists(`load/lab/${name}.ts`, THIS_REVISION);
  const module = `load/${isOfLab ? "lab" : "bench"}/${name}.ts`;
  for (const path of [RUNNER, module]) {
    if (await exists(path, side)) continue;
    throw new Refusal(
      `Cannot compare ${name} with ${side.name}: it has no ${path}. ` +
        "end_to_end, small_jobs and kernel can be compared with any revision",
    );
  }
}

/** One round of a revision's own benchmark, in a process of its own. */
async function runThere(
  side: Side,
  { benchmark, given }: ComparisonRequest,
  signal: AbortSignal,
): Promise<Figure[]> {
  const one = "rounds" in benchmark.options ? ["--rounds", "1"] : [];
  const options = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
  const text = await runRunner(side, [benchmark.name, "--json", ...one, ...options], signal);
  return JSON.parse(text).figures;
}

async function runRunner(
  { name, root }: Side,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL(RUNNER, root).href, ...args],
    cwd: root,
    signal,
  }).output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  throw new Error(`Cannot run ${args[0]} of ${name}: ${decoder.decode(stderr)}`);
}

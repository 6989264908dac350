import type { Benchmark } from "../support/benchmark.ts";
import {
  describeOptions,
  didYouMean,
  folder,
  MisreadOption,
  readOptions,
  splitArguments,
  whole,
} from "../support/options.ts";
import type { ComparisonRequest } from "./against/compare_revisions.ts";

/** What `deno task bench` is asked to do. */
export type Command =
  | { kind: "list"; json: boolean }
  | { kind: "help"; benchmark?: Benchmark }
  /** Each benchmark with the arguments of a process of its own. */
  | { kind: "several"; runs: { name: string; args: string[] }[] }
  | { kind: "run"; request: RunRequest }
  | { kind: "compare"; request: ComparisonRequest };

/** What is run, and what becomes of the figures. */
export interface RunRequest {
  benchmark: Benchmark;
  values: Record<string, unknown>;
  /** Whether a document goes to stdout as JSON, and everything else to stderr. */
  json: boolean;
  /** The folder that a report is written to. */
  report: string | undefined;
  /** As one types it. */
  command: string;
}

const SWITCHES = ["help", "json", "list", "quick"];
/** Options of the runner, which every benchmark has. */
const OWN = {
  report: folder("where Markdown, charts in SVG and JSON are written"),
};
const COMPARED_ROUNDS = whole(11, "rounds, each of both revisions");

/** The command line in its parts. */
interface Asked {
  given: Record<string, string>;
  switches: Set<string>;
}

/**
 * Understands the arguments of `deno task bench`.
 *
 * @throws {MisreadOption} If they cannot be understood.
 */
export function readCommand(args: readonly string[], benchmarks: readonly Benchmark[]): Command {
  const options = new Set(benchmarks.flatMap((each) => Object.keys(each.options)));
  const known = [...options, "rounds", "against", ...Object.keys(OWN)];
  const { words, given, switches } = splitArguments(args, known, SWITCHES);
  if (switches.has("list")) return listCommand(words, given, switches);
  const chosen = words.map((word) => findBenchmark(word, benchmarks));
  if (switches.has("help")) return { kind: "help", benchmark: chosen[0] };
  if (chosen.length === 1) return commandOfOne(chosen[0], { given, switches });
  const all = chosen.length === 0 ? benchmarks : benchmarks.filter((each) => chosen.includes(each));
  return commandOfSeveral(all, { given, switches });
}

function listCommand(
  words: readonly string[],
  given: Record<string, string>,
  switches: Set<string>,
): Command {
  const [odd] = [...words, ...Object.keys(given).map((name) => `--${name}`)];
  if (odd !== undefined) throw new MisreadOption(`Cannot read ${odd} beside --list`);
  return { kind: "list", json: switches.has("json") };
}

function findBenchmark(name: string, benchmarks: readonly Benchmark[]): Benchmark {
  const found = benchmarks.find((each) => each.name === name);
  if (found) return found;
  const question = didYouMean(name, benchmarks.map((each) => each.name));
  throw new MisreadOption(
    `Unknown benchmark "${name}".${question}\n\n${listLines(benchmarks).join("\n")}`,
  );
}

function commandOfSeveral(chosen: readonly Benchmark[], { given, switches }: Asked): Command {
  const isKnown = (name: string, { options }: Benchmark) =>
    name in options || isOfRunner(name, given);
  const unknown = Object.keys(given).find((name) => !chosen.some((each) => isKnown(name, each)));
  if (unknown !== undefined) {
    throw new MisreadOption(`Cannot read --${unknown}: none of these benchmarks has it`);
  }
  const runs = chosen.map((benchmark) => {
    const own = Object.entries(given).filter(([name]) => isKnown(name, benchmark));
    const asked = { given: Object.fromEntries(own), switches };
    commandOfOne(benchmark, asked); // so that a mistake is told before anything runs
    return { name: benchmark.name, args: [benchmark.name, ...argumentsOf(asked)] };
  });
  return { kind: "several", runs };
}

/** Whether every benchmark takes an option; in a comparison, `--rounds` are the runner's. */
function isOfRunner(name: string, given: Record<string, string>): boolean {
  return name in OWN || name === "against" || (name === "rounds" && "against" in given);
}

function argumentsOf({ given, switches }: Asked): string[] {
  const options = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
  return [...options, ...[...switches].map((name) => `--${name}`)];
}

function commandOfOne(benchmark: Benchmark, asked: Asked): Command {
  if ("against" in asked.given) return comparison(benchmark, asked);
  const { report, ...given } = asked.given;
  requireKnown(benchmark, given);
  const request = {
    benchmark,
    values: readOptions(benchmark.options, { ...quickOf(benchmark, asked), ...given }),
    json: asked.switches.has("json"),
    report: readOptions(OWN, report === undefined ? {} : { report }).report,
    command: ["deno task bench", benchmark.name, ...argumentsOf(asked)].join(" "),
  };
  return { kind: "run", request };
}

function comparison(benchmark: Benchmark, asked: Asked): Command {
  // Rounds are those of the comparison, in each of which the benchmark has one of its own.
  const { against, report, rounds, ...others } = asked.given;
  if (report !== undefined) throw new MisreadOption("Cannot read --report beside --against");
  requireKnown(benchmark, others);
  const { rounds: _, ...quick } = quickOf(benchmark, asked);
  const given = { ...quick, ...others };
  const compared = readOptions({ rounds: COMPARED_ROUNDS }, rounds === undefined ? {} : { rounds });
  const values = readOptions(benchmark.options, given);
  const json = asked.switches.has("json");
  const request = { benchmark, values, given, against, rounds: compared.rounds, json };
  return { kind: "compare", request };
}

function quickOf({ quick }: Benchmark, { switches }: Asked): Record<string, string> {
  return switches.has("quick") ? quick as Record<string, string> : {};
}

function requireKnown({ name, options }: Benchmark, given: Record<string, string>): void {
  const unknown = Object.keys(given).find((each) => !(each in options));
  if (unknown === undefined) return;
  const known = Object.keys(options).map((each) => `--${each}`).join(", ");
  throw new MisreadOption(`Cannot read --${unknown}: ${name} has ${known}`);
}

/** A line for each benchmark. */
export function listLines(benchmarks: readonly Benchmark[]): string[] {
  const width = Math.max(...benchmarks.map(({ name }) => name.length));
  return benchmarks.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
}

/** What `--help` prints. */
export function helpText(benchmarks: readonly Benchmark[], benchmark?: Benchmark): string {
  return benchmark ? helpOfOne(benchmark) : helpOfAll(benchmarks);
}

function helpOfOne({ name, about, details, options, quick, compare }: Benchmark): string {
  const how = compare
    ? "Any revision that can be built can be compared."
    : "Revisions that have this benchmark can be compared.";
  const quickly = Object.entries(quick).map(([option, value]) => `--${option} ${value}`).join(" ");
  return `${name}: ${about}

${details}

Usage: deno task bench ${name} [options]
${describeOptions(options).join("\n")}

  --quick          takes less than a minute: ${quickly}
  --json           prints a document as JSON, and everything else to stderr
  --report <dir>   ${OWN.report.about}
  --against <rev>  compares with another revision; --rounds (${COMPARED_ROUNDS.default}) are then rounds of both
                   ${how}`;
}

function helpOfAll(benchmarks: readonly Benchmark[]): string {
  return `Usage: deno task bench [options]              runs all benchmarks, one after the other
       deno task bench <name…> [options]      runs one, or some
       deno task bench <name…> --against <rev> compares with another revision
       deno task bench <name> --help          says how it measures, and its options
       deno task bench --list                 prints their names

${listLines(benchmarks).join("\n")}

Several run in the order of this list, each in a process of its own, and each option goes to
those that have it, such as --mb 20 --rounds 3.

--quick takes less than a minute for each, and less care.

--json prints a document on a line of its own for each benchmark, and everything else to stderr:
{"name", "environment", "rows", "figures": [{"name", "unit", "value", "better"}]}.

--report <dir> writes what was found as <name>.md, <name>.json and charts in SVG.

--against takes what git calls a revision: a hash, a tag, a branch, HEAD~3. Millrace is built
from it in a temporary folder, with its own lock file and its own kernels, and measured in turn
with this tree as it is: A B A B. A figure is "faster" or "slower" by this rule:
the median of the ratios B/A of all rounds is off 1 by at least 2 %, and so many rounds agree that
chance alone would bring it about, in any line of the table, less than once in twenty times
(two-sided sign test, divided by the number of lines). --rounds is ${COMPARED_ROUNDS.default} unless given.`;
}

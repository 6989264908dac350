import { closestString } from "../../src/contract/nearest.ts";
import type { Benchmark } from "../support/benchmark.ts";
import {
  describeOptions,
  MisreadOption,
  type OptionTable,
  readOptions,
  splitArguments,
  whole,
} from "../support/options.ts";
import type { ComparisonRequest } from "./against/compare_revisions.ts";

/** What `deno task bench` is asked to do. */
export type Command =
  | { kind: "list"; json: boolean }
  | { kind: "help"; benchmark?: Benchmark }
  | { kind: "all"; given: Record<string, string> }
  | {
    kind: "run";
    benchmark: Benchmark;
    values: Record<string, unknown>;
    /** Whether figures go to stdout as JSON, and everything else to stderr. */
    json: boolean;
  }
  | { kind: "compare"; request: ComparisonRequest };

const ALL = "all";
const SWITCHES = ["help", "json"];

const COMPARED_ROUNDS = whole(11, "rounds, each of both revisions");

/**
 * Understands the arguments of `deno task bench`.
 *
 * @throws {MisreadOption} If they cannot be understood.
 */
export function readCommand(args: readonly string[], benchmarks: readonly Benchmark[]): Command {
  const names = new Set(benchmarks.flatMap(({ options }) => Object.keys(options)));
  const known = [...names, "rounds", "against"];
  const { words: [name, ...rest], given, switches } = splitArguments(args, known, SWITCHES);
  if (rest.length > 0) throw new MisreadOption(`Cannot read "${rest[0]}": one benchmark at a time`);
  const json = switches.has("json");
  if (name === undefined) {
    return switches.has("help") ? { kind: "help" } : listCommand(given, json);
  }
  if (name === ALL) {
    if (switches.has("help")) return { kind: "help" };
    return allCommand(given, json);
  }
  const benchmark = benchmarks.find((each) => each.name === name);
  if (!benchmark) throw new MisreadOption(describeUnknown(name, benchmarks));
  if (switches.has("help")) return { kind: "help", benchmark };
  return runCommand(benchmark, given, json);
}

function listCommand(given: Record<string, string>, json: boolean): Command {
  const [name] = Object.keys(given);
  if (name !== undefined) throw new MisreadOption(`Cannot read --${name} without a benchmark`);
  return { kind: "list", json };
}

function allCommand(given: Record<string, string>, json: boolean): Command {
  if (json || "against" in given) {
    throw new MisreadOption(`Cannot read --${json ? "json" : "against"}: it is for one benchmark`);
  }
  return { kind: "all", given };
}

function runCommand(
  benchmark: Benchmark,
  { against, ...given }: Record<string, string>,
  json: boolean,
): Command {
  if (against === undefined) {
    requireKnown(benchmark, given, benchmark.options);
    return { kind: "run", benchmark, values: readOptions(benchmark.options, given), json };
  }
  // Rounds are those of the comparison, in each of which the benchmark has one of its own.
  const { rounds, ...others } = given;
  requireKnown(benchmark, others, benchmark.options);
  const compared = readOptions({ rounds: COMPARED_ROUNDS }, rounds === undefined ? {} : { rounds });
  const values = readOptions(benchmark.options, others);
  const request = { benchmark, values, given: others, against, rounds: compared.rounds, json };
  return { kind: "compare", request };
}

function requireKnown(
  { name }: Benchmark,
  given: Record<string, string>,
  options: OptionTable,
): void {
  const unknown = Object.keys(given).find((each) => !(each in options));
  if (unknown === undefined) return;
  const known = Object.keys(options).map((each) => `--${each}`).join(", ");
  throw new MisreadOption(`Cannot read --${unknown}: ${name} has ${known}`);
}

function describeUnknown(name: string, benchmarks: readonly Benchmark[]): string {
  const names = [...benchmarks.map((each) => each.name), ALL];
  return `Unknown benchmark "${name}". Did you mean ${closestString(name, names)}?\n\n` +
    listLines(benchmarks).join("\n");
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

function helpOfOne({ name, about, details, options, compare }: Benchmark): string {
  const how = compare
    ? "Any revision that can be built can be compared."
    : `Revisions that have load/bench/${name}.ts can be compared.`;
  return `${name}: ${about}

${details}

Usage: deno task bench ${name} [options]
${describeOptions(options).join("\n")}

  --json           prints figures as JSON, and everything else to stderr
  --against <rev>  compares with another revision; --rounds (${COMPARED_ROUNDS.default}) are then rounds of both
                   ${how}`;
}

function helpOfAll(benchmarks: readonly Benchmark[]): string {
  const apart = benchmarks.filter((each) => each.apart !== undefined);
  return `Usage: deno task bench                        lists the benchmarks
       deno task bench <name> [options]       runs one
       deno task bench <name> --against <rev> compares it with another revision
       deno task bench <name> --help          says how it measures, and its options
       deno task bench all [options]          runs one after the other

${listLines(benchmarks).join("\n")}

all leaves out ${apart.map(({ name, apart }) => `${name} (${apart})`).join(", ")}.
It gives each option to the benchmarks that have it, such as --mb 20 --rounds 3.

--json prints {"figures": [{"name", "unit", "value", "better"}]}, and everything else to stderr.

--against takes what git calls a revision: a hash, a tag, a branch, HEAD~3. Millrace is built
from it in a temporary folder, with its own lock file and its own kernels, and measured in turn
with this tree as it is: A B A B. A figure is "faster" or "slower" by this rule:
the median of the ratios B/A of all rounds is off 1 by at least 2 %, and so many rounds agree that
chance alone would bring it about, in any line of the table, less than once in twenty times
(two-sided sign test, divided by the number of lines). --rounds is ${COMPARED_ROUNDS.default} unless given.`;
}

import {
  describeOptions,
  didYouMean,
  folder,
  MisreadOption,
  type OptionTable,
  readOptions,
  splitArguments,
  whole,
} from "../support/options.ts";
import type { Scenario } from "./scenarios.ts";

/** What `deno task load` is asked to do. */
export type Command =
  | { kind: "list" }
  | { kind: "help"; scenario?: Scenario }
  | { kind: "run"; runs: RunRequest[] };

/** A scenario with all that it takes to run it. */
export interface RunRequest {
  scenario: Scenario;
  /** Values of the scenario's options. */
  values: Record<string, unknown>;
  /** What the server is started with. */
  server: { serialize: boolean; workers: number | undefined };
  /** Files with the texts; none if the runner chooses. */
  books: string[];
  /** The folder of the summaries. */
  results: string;
  /** Whether it fails when a time is missed. */
  timed: boolean;
  /** Options of k6. */
  k6: string[];
  /** As one types it. */
  command: string;
}

const DEFAULT = "smoke";
const ALL = "all";
const SWITCHES = ["help", "list", "quick", "serialize"];
const RESULTS = "load/results";

/** Options of the runner, which every scenario has. */
const OWN = {
  workers: { ...whole(1, "threads of the server (as many as it takes)"), default: undefined },
  books: { ...folder("files with texts, instead of books of Project Gutenberg"), form: "files" },
  results: { ...folder("where summaries go"), default: RESULTS },
} satisfies OptionTable;

/** Options that take several words, and how many at most. */
const SEVERAL: Readonly<Record<string, number>> = { "--chunk-size": 2, "--books": Infinity };

/** What separates the values of one option: no path has it. */
const BETWEEN: Readonly<Record<string, string>> = { "--chunk-size": " ", "--books": "\n" };

/**
 * Understands the arguments of `deno task load`.
 *
 * @throws {MisreadOption} If they cannot be understood.
 */
export function readCommand(args: readonly string[], scenarios: readonly Scenario[]): Command {
  const { ours, k6 } = cutAtDashes(args);
  const known = [...scenarios.flatMap(({ options }) => Object.keys(options)), ...Object.keys(OWN)];
  const { words, given, switches } = splitArguments(joinSeveral(ours), known, SWITCHES);
  const chosen = words.includes(ALL) ? scenarios : words.map((word) => find(word, scenarios));
  if (switches.has("list")) return { kind: "list" };
  if (switches.has("help")) return { kind: "help", scenario: chosen[0] };
  const list = chosen.length > 0 ? chosen : [find(DEFAULT, scenarios)];
  requireKnown(given, list);
  const runs = list.map((scenario) => createRun(scenario, given, switches, k6));
  return { kind: "run", runs };
}

function cutAtDashes(args: readonly string[]): { ours: readonly string[]; k6: string[] } {
  const dashes = args.indexOf("--");
  if (dashes === -1) return { ours: args, k6: [] };
  return { ours: args.slice(0, dashes), k6: args.slice(dashes + 1) };
}

/** Makes one word of the values of an option that takes several. */
function joinSeveral(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < args.length;) {
    const option = args[at];
    joined.push(option);
    at++;
    const most = SEVERAL[option] ?? 0;
    let end = at;
    while (end < args.length && end - at < most && !args[end].startsWith("--")) end++;
    if (end > at) joined.push(args.slice(at, end).join(BETWEEN[option]));
    at = end;
  }
  return joined;
}

function find(name: string, scenarios: readonly Scenario[]): Scenario {
  const found = scenarios.find((each) => each.name === name);
  if (found) return found;
  const question = didYouMean(name, [...scenarios.map((each) => each.name), ALL]);
  throw new MisreadOption(
    `Unknown scenario "${name}".${question}\n\n${listLines(scenarios).join("\n")}`,
  );
}

function requireKnown(given: Record<string, string>, chosen: readonly Scenario[]): void {
  const isKnown = (name: string) => name in OWN || chosen.some(({ options }) => name in options);
  const unknown = Object.keys(given).find((name) => !isKnown(name));
  if (unknown === undefined) return;
  const [{ name, options }] = chosen;
  const own = [...Object.keys(options), ...Object.keys(OWN)].map((each) => `--${each}`).join(", ");
  const who = chosen.length === 1 ? `${name} has ${own}` : "none of these scenarios has it";
  throw new MisreadOption(`Cannot read --${unknown}: ${who}`);
}

function createRun(
  scenario: Scenario,
  given: Record<string, string>,
  switches: Set<string>,
  k6: string[],
): RunRequest {
  const serialize = switches.has("serialize");
  if (serialize && scenario.faulty) {
    throw new MisreadOption(`Cannot read --serialize: the server of ${scenario.name} has no lock`);
  }
  const own = Object.fromEntries(
    Object.entries(given).filter(([name]) => name in scenario.options),
  );
  const quick = switches.has("quick") ? scenario.quick : {};
  const { workers, books, results } = readOptions(OWN, given);
  return {
    scenario,
    values: readOptions(scenario.options, { ...quick, ...own }),
    server: { serialize, workers },
    books: books === undefined ? [] : books.split("\n"),
    results: results ?? RESULTS,
    timed: !switches.has("quick"),
    k6,
    command: formatCommand(scenario, { ...own, ...pick(given, OWN) }, switches, k6),
  };
}

function pick(given: Record<string, string>, table: OptionTable): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => name in table));
}

function formatCommand(
  { name }: Scenario,
  given: Record<string, string>,
  switches: Set<string>,
  k6: readonly string[],
): string {
  const options = Object.entries(given).flatMap(([option, value]) => [
    `--${option}`,
    value.replaceAll("\n", " "),
  ]);
  const chosen = [...switches].map((each) => `--${each}`);
  const rest = k6.length > 0 ? ["--", ...k6] : [];
  return ["deno task load", name, ...options, ...chosen, ...rest].join(" ");
}

/** A line for each scenario. */
export function listLines(scenarios: readonly Scenario[]): string[] {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  return scenarios.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
}

/** What `--help` prints. */
export function helpText(scenarios: readonly Scenario[], scenario?: Scenario): string {
  return scenario ? helpOfOne(scenario) : helpOfAll(scenarios);
}

function helpOfOne({ name, about, passes, options, quick }: Scenario): string {
  const quickly = Object.entries(quick).map(([option, value]) => `--${option} ${value}`).join(" ");
  return `${name}: ${about}

It passes if every answer is exact, and: ${passes}.

Usage: deno task load ${name} [options] [-- options of k6]
${describeOptions(options).join("\n")}
${ownLines(quickly).join("\n")}`;
}

function ownLines(quickly = ""): string[] {
  return [
    "",
    ...describeOptions(OWN),
    `  --quick    takes well under a minute${quickly && `: ${quickly}`};\n` +
    "             times that are missed are told, and fail nothing",
    "  --serialize  starts a server whose threads work one at a time, to compare",
  ];
}

function helpOfAll(scenarios: readonly Scenario[]): string {
  return `Usage: deno task load [scenario…] [options] [-- options of k6]

Starts a server on a free port, loads it with k6, compares every answer, and stops the server.
Without a scenario it runs ${DEFAULT}; ${ALL} runs every one of them, each with a server of its own.

${listLines(scenarios).join("\n")}
${ownLines().join("\n")}
  --list     prints the names of the scenarios
  --help     after a scenario: its own options

It exits with 1 if an answer was wrong or a threshold was missed, and with 2 if it cannot understand
what it is asked.`;
}

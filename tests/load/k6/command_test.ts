import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { helpText, readCommand, type RunRequest } from "../../../load/k6/command.ts";
import { SCENARIOS } from "../../../load/k6/scenarios.ts";
import { MisreadOption } from "../../../load/support/options.ts";

function readRuns(line: string): RunRequest[] {
  const command = readCommand(line.split(" ").filter((word) => word !== ""), SCENARIOS);
  if (command.kind !== "run") throw new Error(`${line} is ${command.kind}`);
  return command.runs;
}

Deno.test("readCommand() runs smoke when nothing is named, and all scenarios by one word", () => {
  assertEquals(readRuns("").map(({ scenario }) => scenario.name), ["smoke"]);
  assertEquals(readRuns("all --quick").map(({ scenario }) => scenario), [...SCENARIOS]);
});

Deno.test("readCommand() reads options of several words, and leaves to k6 what follows the dashes", () => {
  const [run] = readRuns(
    "gutenberg --requests 3 --chunk-size 5 10 --workers 4 --serialize --books a.txt b.txt -- --quiet --vus 2",
  );
  assertEquals(run.values, { requests: 3, "chunk-size": [5, 10], seed: 42 });
  assertEquals(run.server, { serialize: true, workers: 4 });
  assertEquals(run.books, ["a.txt", "b.txt"]);
  assertEquals(run.k6, ["--quiet", "--vus", "2"]);
  assertStringIncludes(run.command, "deno task load gutenberg --requests 3 --chunk-size 5 10");
});

Deno.test("readCommand() takes quick values where none is given", () => {
  assertEquals(readRuns("load --quick --rate 7")[0].values, { rate: 7, seconds: 8 });
  assertEquals(readRuns("load")[0].values, { rate: 40, seconds: 30 });
});

const MISREAD: Record<string, string> = {
  "lod": 'Unknown scenario "lod". Did you mean load?',
  "load --rat 3": "Unknown option --rat. Did you mean --rate?",
  "load --requests 3": "Cannot read --requests: load has --rate, --seconds",
  "load --rate fast": 'Cannot read --rate "fast": it takes an integer of at least 1',
  "load --rate": "Cannot read --rate: it takes a value",
  "gutenberg --chunk-size 5": 'Cannot read --chunk-size "5": it takes two integers',
  "gutenberg --chunk-size 10 5": 'Cannot read --chunk-size "10 5"',
  "gutenberg --books": "Cannot read --books: it takes a value",
  "stress --factor 1": 'Cannot read --factor "1": it takes a number above 1',
  "chaos --serialize": "Cannot read --serialize: the server of chaos has no lock",
};

Deno.test("readCommand() says what it cannot read, and what is nearest", () => {
  for (const [line, message] of Object.entries(MISREAD)) {
    assertThrows(() => readRuns(line), MisreadOption, message);
  }
});

Deno.test("scenarios have scripts, quick values that their options take, and help", async () => {
  for (const scenario of SCENARIOS) {
    const script = new URL(`../../../load/k6/${scenario.name}.js`, import.meta.url);
    assertStringIncludes(await Deno.readTextFile(script), "handleSummary");
    readRuns(`${scenario.name} --quick`);
    for (const option of Object.keys(scenario.options)) {
      assertStringIncludes(helpText(SCENARIOS, scenario), `--${option}`);
    }
    assertStringIncludes(helpText(SCENARIOS), scenario.about);
  }
});

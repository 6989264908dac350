import { assert, assertEquals, assertObjectMatch, assertThrows } from "@std/assert";
import { BENCHMARKS } from "../../../load/bench/benchmarks.ts";
import { helpText, readCommand } from "../../../load/bench/command.ts";
import { MisreadOption } from "../../../load/support/options.ts";

const read = (...args: string[]) => readCommand(args, BENCHMARKS);

/** The request of a comparison. */
function readComparison(...args: string[]) {
  const command = read(...args);
  if (command.kind !== "compare") throw new Error(`${args.join(" ")} is ${command.kind}`);
  return command.request;
}

Deno.test("readCommand() runs all benchmarks without a name", () => {
  const command = read("--quick");
  if (command.kind !== "several") throw new Error(`it is ${command.kind}`);
  assertEquals(command.runs.map(({ name }) => name), BENCHMARKS.map(({ name }) => name));
  assertEquals(command.runs[0].args, [BENCHMARKS[0].name, "--quick"]);
});

Deno.test("readCommand() takes --list, in lines or as JSON", () => {
  assertEquals(read("--list"), { kind: "list", json: false });
  assertEquals(read("--list", "--json"), { kind: "list", json: true });
});

Deno.test("readCommand() takes --help for one benchmark, or for all", () => {
  assertEquals(read("--help"), { kind: "help", benchmark: undefined });
  assertObjectMatch(read("hop", "--help"), { kind: "help", benchmark: { name: "hop" } });
});

Deno.test("readCommand() runs the benchmark that is named, with its options", () => {
  assertObjectMatch(read("hop", "--hops", "10", "--json", "--report", "out"), {
    kind: "run",
    request: {
      benchmark: { name: "hop" },
      values: { hops: 10, rounds: 15, out: 8 },
      json: true,
      report: "out",
      command: "deno task bench hop --hops 10 --report out --json",
    },
  });
});

Deno.test("readCommand() takes quick values where none are given", () => {
  assertObjectMatch(read("hop", "--quick", "--hops", "10"), {
    kind: "run",
    request: { values: { hops: 10, rounds: 3, out: 8 }, json: false, report: undefined },
  });
});

Deno.test("readCommand() runs some in their own order, each with the options that it has", () => {
  assertEquals(read("hop", "end_to_end", "--mb", "20", "--rounds", "3", "--json"), {
    kind: "several",
    runs: [
      { name: "end_to_end", args: ["end_to_end", "--mb", "20", "--rounds", "3", "--json"] },
      { name: "hop", args: ["hop", "--rounds", "3", "--json"] },
    ],
  });
});

Deno.test("readCommand() compares with --against; --rounds are then those of the comparison", () => {
  const request = readComparison("small_jobs", "--against", "HEAD~3", "--rounds", "7", "--ms", "9");
  assertEquals(request.benchmark.name, "small_jobs");
  assertEquals(request.against, "HEAD~3");
  assertEquals(request.rounds, 7);
  assertEquals(request.given, { ms: "9" });
  assertObjectMatch(request.values, { ms: 9, rounds: 7, connections: 32 });
  assertEquals(readComparison("kernel", "--against", "main").rounds, 11);
});

Deno.test("readCommand() gives soak, which has no rounds, those of a comparison", () => {
  assertEquals(readComparison("soak", "--against", "main", "--rounds", "8").rounds, 8);
  assertThrows(
    () => read("soak", "--rounds", "8"),
    MisreadOption,
    "Cannot read --rounds: soak has",
  );
});

Deno.test("readCommand() compares quickly, with as many rounds as ever", () => {
  const { given, rounds } = readComparison("hop", "--against", "main", "--quick");
  assertEquals({ given, rounds }, { given: { hops: "300" }, rounds: 11 });
});

const REFUSED = [
  { args: ["hopp"], message: 'Unknown benchmark "hopp". Did you mean hop?' },
  { args: ["hopp"], message: "  small_jobs  " },
  { args: ["hop", "--mb", "3"], message: "Cannot read --mb: hop has --hops, --rounds, --out" },
  { args: ["hop", "soak", "--mb", "3"], message: "--mb: none of these benchmarks has it" },
  { args: ["hop", "soak", "--hops", "x"], message: 'Cannot read --hops "x"' },
  { args: ["hop", "--hop", "3"], message: "Unknown option --hop. Did you mean --hops?" },
  { args: ["hop", "--list"], message: "Cannot read hop beside --list" },
  { args: ["--list", "--mb", "3"], message: "Cannot read --mb beside --list" },
  { args: ["hop", "--against", "main", "--rounds", "0"], message: "an integer of at least 1" },
  { args: ["hop", "--against", "main", "--report", "x"], message: "--report beside --against" },
];
for (const { args, message } of REFUSED) {
  Deno.test(`${args.join(" ")} is refused: ${message.trim()}`, () => {
    assertThrows(() => read(...args), MisreadOption, message);
  });
}

Deno.test("helpText() names every benchmark and every option", () => {
  const all = helpText(BENCHMARKS);
  for (const benchmark of BENCHMARKS) {
    assert(all.includes(`  ${benchmark.name} `), `help of all names ${benchmark.name}`);
    const one = helpText(BENCHMARKS, benchmark);
    for (const option of Object.keys(benchmark.options)) {
      assert(one.includes(`--${option}`), `help of ${benchmark.name} names --${option}`);
    }
  }
});
